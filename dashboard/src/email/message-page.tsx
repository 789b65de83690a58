import { Alert, Button, Code, Group, Skeleton, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { Permitted } from '../shell/permitted'
import { RoutePending } from '../shell/route-states'
import { Facts } from '../ui/facts'
import { Page } from '../ui/page'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { Time } from '../ui/time'
import { MessageState } from './message-state'

const route = getRouteApi('/t/$tenant_id/email/outbox/$message_id')
const skeleton_px = 160
const refresh_ms = 5000

/** One message of the outbox: how its delivery goes, and, where it is asked for, what it says. */
export function MessagePage(): ReactElement {
  return (
    <Permitted needs="getOutboxMessage">
      <Message />
    </Permitted>
  )
}

function Message(): ReactElement {
  const t = useMessages()
  const texts = t.email
  const { message_id: id } = route.useParams()
  const { data, error, refetch } = useRead('getOutboxMessage', { id, include_content: false }, { every_ms: refresh_ms })
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <RoutePending />
  const { to, subject, channel, status, attempts, last_error, created_at, expires_at } = data
  return (
    <Page
      title={channel === 'text' ? texts.textMessageTo(to) : subject}
      breadcrumbs={[
        <Link key="outbox" from="/t/$tenant_id" to="./email/outbox">
          {texts.tabs.outbox}
        </Link>,
      ]}
    >
      <Facts
        label={texts.delivery}
        facts={[
          [texts.messageColumns.to, to],
          [texts.messageColumns.state, <MessageState key="state" status={status} />],
          [texts.attempts, t.ui.number(attempts)],
          [texts.lastError, last_error],
          [texts.messageColumns.written, <Time key="written" value={created_at} />],
          [texts.expires, <Time key="expires" value={expires_at} />],
        ]}
      />
      {status in texts.stateHints && <Text size="sm">{texts.stateHints[status as keyof typeof texts.stateHints]}</Text>}
      <Content id={id} />
    </Page>
  )
}

/** What a message says. It holds a link or a code that opens an account: it is read once an owner asks for it, which is logged. */
function Content({ id }: { id: string }): ReactElement {
  const t = useMessages().email
  const [is_wanted, setIsWanted] = useState(false)
  const { data, error, refetch } = useRead('getOutboxMessage', { id, include_content: true }, { enabled: is_wanted })
  return (
    <Section title={t.content}>
      {!is_wanted && (
        <>
          <Alert variant="light">{t.contentHint}</Alert>
          <Group>
            <Button variant="default" onClick={() => setIsWanted(true)}>
              {t.showContent}
            </Button>
          </Group>
        </>
      )}
      {is_wanted && error && <Problem error={error} onRetry={() => void refetch()} />}
      {is_wanted && !data && !error && <Skeleton height={skeleton_px} />}
      {data && (
        <Code block tabIndex={0} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {data.text === undefined || data.text === '' ? data.html : data.text}
        </Code>
      )}
    </Section>
  )
}
