import { Alert, Anchor, Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { FactList } from '../ui/facts'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { StateBadge } from '../ui/state-badge'
import { Attempts, isLetIn, type Attempt } from './attempts'
import { onReturned } from './returned'

const route = getRouteApi('/t/$tenant_id/connections/$connection_id/try')

const read_every_ms = 2000

type Test = Answer<'createSignInTest'>
type Result = Answer<'completeSignInTest'>

/** Tries a connection by a real sign-in of a test person, in a window of its own. */
export function TryPage(): ReactElement {
  const t = useMessages()
  const texts = t.try_connection
  const { connection_id } = route.useParams()
  const begin = useCall('createSignInTest')
  const [test, setTest] = useState<Test>()
  return (
    <Section title={texts.title} hint={texts.hint}>
      <Text size="sm">{texts.effect}</Text>
      <Group>
        <Permission call="createSignInTest">
          <Button
            loading={begin.isPending}
            onClick={() =>
              begin.mutate(
                { id: connection_id },
                {
                  onSuccess: (created) => {
                    setTest(created)
                    // The page of a tenant must not reach this one, so that it tells nothing about its window either.
                    window.open(created.url, '_blank', 'noopener')
                  },
                },
              )
            }
          >
            {test ? texts.again : texts.begin}
          </Button>
        </Permission>
      </Group>
      {begin.error !== null && <Problem error={begin.error} title={texts.notBegun} />}
      {test && <RunningTest key={test.client_id} connection_id={connection_id} test={test} />}
    </Section>
  )
}

function RunningTest({ connection_id, test }: { connection_id: string; test: Test }): ReactElement {
  const t = useMessages().try_connection
  const { client_id, state, url, expires_at } = test
  const complete = useCall('completeSignInTest', { also: ['migrations', 'users', 'logs'] })
  const [refusal, setRefusal] = useState<string>()
  const [is_back, setIsBack] = useState(false)
  const [is_expired, setIsExpired] = useState(false)
  const { mutate, data: result, error, isPending } = complete
  const is_waiting = !result && !error && !isPending && refusal === undefined && !is_expired
  const listed = useRead(
    'listSignInTestAttempts',
    { id: connection_id, client_id },
    is_waiting || isPending ? { every_ms: read_every_ms } : {},
  )
  const attempts = listed.data?.attempts ?? []
  useEffect(
    () =>
      onReturned(state, ({ code, error: refused }) => {
        if (code === undefined) setRefusal(refused ?? '')
        else mutate({ id: connection_id, body: { client_id, code } })
      }),
    [state, client_id, connection_id],
  )
  useEffect(() => {
    const onFocus = (): void => setIsBack(true)
    const timer = setTimeout(() => setIsExpired(true), Date.parse(expires_at) - Date.now())
    window.addEventListener('focus', onFocus)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('focus', onFocus)
    }
  }, [expires_at])
  return (
    <Stack aria-live="polite">
      {is_waiting && (
        <Paper withBorder p="md">
          <Text fw={600}>{t.waiting}</Text>
          <Text size="sm">
            {t.notOpened}{' '}
            <Anchor href={url} target="_blank" rel="noopener noreferrer" underline="always" size="sm">
              {t.open}
            </Anchor>
          </Text>
          {is_back && <Text size="sm">{t.closed}</Text>}
        </Paper>
      )}
      {is_expired && !result && <Alert color="yellow" variant="light" title={t.expired} />}
      {refusal !== undefined && (
        <Alert color="red" variant="light" role="alert" title={t.refused}>
          {refusal}
        </Alert>
      )}
      {error !== null && <Problem error={error} title={t.noResult} />}
      {result && <ResultOf result={result} login={attempts.find(isLetIn)} />}
      {listed.error && <Problem error={listed.error} onRetry={() => void listed.refetch()} />}
      {attempts.length > 0 && <Attempts attempts={attempts} />}
    </Stack>
  )
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function ResultOf({ result, login }: { result: Result; login: Attempt | undefined }): ReactElement {
  const t = useMessages().try_connection
  const { user_id, claims } = result
  const end = login && t.ends[login.outcome ?? 'success']
  return (
    <Stack gap="sm">
      <Group>
        <Title order={3} size="h4">
          {t.signedIn}
        </Title>
        {end !== undefined && <StateBadge tone="good">{end}</StateBadge>}
      </Group>
      <FactList
        cols={{ base: 1, sm: 3 }}
        facts={[
          [t.name, text(claims['name'])],
          [t.email, text(claims['email'])],
          [
            t.userId,
            <Link key="user" from="/t/$tenant_id" to="/t/$tenant_id/users/$user_id" params={{ user_id }}>
              {user_id}
            </Link>,
          ],
        ]}
      />
      <Title order={4} size="h5">
        {t.claims}
      </Title>
      <Text size="sm" c="dimmed">
        {t.claimsHint}
      </Text>
      <Code block tabIndex={0} aria-label={t.claims} role="region">
        {JSON.stringify(claims, null, 2)}
      </Code>
    </Stack>
  )
}
