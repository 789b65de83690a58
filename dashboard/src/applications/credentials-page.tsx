import { Alert, Stack, Text } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { CopyText } from '../ui/copy-text'
import { Section } from '../ui/section'
import { authenticationOf } from './client-types'
import { ClientSecret } from './client-secret'
import { PublicKeys } from './public-keys'
import { useApplication } from './use-application'

const route = getRouteApi('/t/$tenant_id/applications/$client_id/credentials')

/** How an application authenticates: its id, its secret, its keys. */
export function CredentialsPage(): ReactElement {
  const t = useMessages().applications
  const { client_id } = route.useParams()
  // The frame shows why it could not be read.
  const { data: client } = useApplication(client_id)
  if (!client) return <RoutePending />
  const authentication = authenticationOf(client)
  return (
    <Stack gap="lg" maw={860}>
      <Section title={t.authentication}>
        <Text>{t.authenticatesWith[authentication]}</Text>
        <div>
          <Text size="sm" c="dimmed">
            {t.clientId}
          </Text>
          <CopyText text={client_id} label={t.clientId} />
        </div>
      </Section>
      {authentication !== 'none' &&
        (client.is_beyond_role === true ? (
          <Alert variant="light" title={t.beyondRole}>
            {t.beyondRoleHint}
          </Alert>
        ) : (
          <>
            <ClientSecret client_id={client_id} />
            <PublicKeys client={client} />
          </>
        ))}
    </Stack>
  )
}
