import { Alert, Anchor, SegmentedControl, Stack, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { useTenant } from '../session/use-session'
import { RoutePending } from '../shell/route-states'
import { CodeBlock } from '../ui/code-block'
import { CopyText } from '../ui/copy-text'
import { FactList } from '../ui/facts'
import { Section } from '../ui/section'
import { authenticationOf, isClientType, type Client } from './client-types'
import { NeededUrls } from './needed-urls'
import { quick_starts, type QuickStart, type Step } from './quick-starts'
import { useApplication } from './use-application'

const route = getRouteApi('/t/$tenant_id/applications/$client_id/quick-start')

/** Code for an application, with the values of this tenant. */
export function QuickStartPage(): ReactElement {
  const { client_id } = route.useParams()
  // The frame shows why it could not be read.
  const { data: client } = useApplication(client_id)
  return client ? <QuickStarts client={client} /> : <RoutePending />
}

function QuickStarts({ client }: { client: Client }): ReactElement {
  const t = useMessages().applications
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { issuer } = useTenant()
  const [first, ...others] = quick_starts[isClientType(client.app_type) ? client.app_type : 'regular_web']
  const all = [...(first ? [first] : []), ...others]
  const chosen = all.find(({ id }) => id === search.with) ?? first
  return (
    <Stack gap="lg" maw={860}>
      {issuer.startsWith('http:') && (
        <Alert variant="light" color="yellow">
          {t.insecure}
        </Alert>
      )}
      {all.length > 1 && (
        <SegmentedControl
          aria-label={t.quickStartWith}
          data={all.map(({ id, label }) => ({ value: id, label }))}
          value={chosen?.id ?? ''}
          onChange={(id) => void navigate({ search: { with: id }, replace: true })}
          style={{ alignSelf: 'flex-start', maxWidth: '100%', flexWrap: 'wrap' }}
        />
      )}
      {chosen && <Steps client={client} quick_start={chosen} />}
      <Values client={client} />
    </Stack>
  )
}

function Steps({ client, quick_start }: { client: Client; quick_start: QuickStart }): ReactElement {
  const t = useMessages().applications
  const { issuer, domain } = useTenant()
  const { client_id } = client
  const grants = useRead('listClientGrants', { client_id, per_page: 1 }, { enabled: quick_start.needs_api === true })
  const audience = Array.isArray(grants.data) ? grants.data[0]?.audience : undefined
  const titleOf = ({ title }: Step): string => (typeof title === 'string' ? t.step[title] : title.file)
  return (
    <>
      <NeededUrls client={client} urls={quick_start.urls} />
      {quick_start.needs_api && grants.data !== undefined && audience === undefined && (
        <Alert variant="light">
          <Text size="sm">{t.needsApi}</Text>
          <Anchor
            size="sm"
            c="inherit"
            underline="always"
            renderRoot={(props) => <Link {...props} from={route.id} to="../apis" params={{ client_id }} />}
          >
            {t.authorizeFirst}
          </Anchor>
        </Alert>
      )}
      {quick_start.steps({ issuer, domain, client_id, audience }).map((step) => (
        <CodeBlock key={titleOf(step)} title={titleOf(step)} code={step.code} />
      ))}
      {quick_start.needs_secret && authenticationOf(client) === 'secret' && (
        <Text size="sm" c="dimmed">
          {t.needsSecret}
        </Text>
      )}
    </>
  )
}

function Values({ client }: { client: Client }): ReactElement {
  const t = useMessages().applications
  const { issuer, domain } = useTenant()
  const values = [
    [t.domain, domain],
    [t.clientId, client.client_id],
    [t.issuer, issuer],
    [t.endpoint.discovery, `${issuer}.well-known/openid-configuration`],
    [t.endpoint.authorize, `${issuer}authorize`],
    [t.endpoint.token, `${issuer}oauth/token`],
    [t.endpoint.userinfo, `${issuer}userinfo`],
    [t.endpoint.keys, `${issuer}.well-known/jwks.json`],
    [t.endpoint.revoke, `${issuer}oauth/revoke`],
    [t.endpoint.logout, `${issuer}v2/logout`],
  ] as const
  return (
    <Section title={t.values}>
      <FactList
        cols={{ base: 1, sm: 2 }}
        facts={values.map(([label, text]) => [label, <CopyText key={label} text={text} label={label} />] as const)}
      />
    </Section>
  )
}
