import { Code, Group, Stack, Title } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { CopyText } from '../ui/copy-text'
import { Facts } from '../ui/facts'
import { Page } from '../ui/page'
import { Problem } from '../ui/problem'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import { exact_filters } from './log-filters'
import { isFailure, meaningOf, outcomeName, textAt, titleOf, type EventTexts } from './log-meaning'
import { LogScriptLines } from './log-script-lines'

const route = getRouteApi('/t/$tenant_id/logs/$log_id')

type Event = Answer<'getLog'>

/** One log event: all that it says, with links to the user, the connection and what the scripts wrote. */
export function LogPage(): ReactElement {
  const texts = useMessages()
  const t = texts.logs
  const { log_id } = route.useParams()
  const { data: event, error, refetch } = useRead('getLog', { id: log_id })
  if (error && !event) return <Problem error={error} onRetry={() => void refetch()} />
  if (!event) return <RoutePending />
  const has_failed = isFailure(event)
  return (
    <Page
      title={titleOf(event, texts)}
      breadcrumbs={[
        <Link key="logs" from="/t/$tenant_id" to="./logs">
          {t.title}
        </Link>,
      ]}
      actions={<StateBadge tone={has_failed ? 'bad' : 'good'}>{has_failed ? t.failed : t.succeeded}</StateBadge>}
    >
      <EventFacts event={event} />
      <Related event={event} />
      <LogScriptLines event={event} />
      <Stack gap="xs">
        <Title order={2} size="h4">
          {t.details}
        </Title>
        <Code block tabIndex={0}>
          {JSON.stringify(event.details, undefined, 2)}
        </Code>
      </Stack>
    </Page>
  )
}

function outcomeOf({ details }: Event, texts: EventTexts): string | undefined {
  const outcome = textAt(details, 'migration', 'outcome')
  return outcome === undefined ? undefined : `${outcomeName(texts, outcome)} (${outcome})`
}

/** A value that may be missing: null and the empty text are no value. */
const present = (value: string | null): string | undefined => value || undefined

function EventFacts({ event }: { event: Event }): ReactElement {
  const texts = useMessages()
  const t = texts.logs
  const reference = textAt(event.details, 'reference')
  const facts: [string, ReactNode][] = [
    [t.columns.time, <Time key="time" value={event.date} />],
    [t.description, present(event.description)],
    [t.meaning, `${meaningOf(texts, event.type)} (${event.type})`],
    [t.outcomeOf, outcomeOf(event, texts)],
    [t.columns.user, event.user_id === '' ? present(event.user_name) : <UserLink event={event} />],
    [
      t.columns.connection,
      event.connection_id === '' ? (
        present(event.connection)
      ) : (
        <Link from="/t/$tenant_id" to="./connections/$connection_id" params={{ connection_id: event.connection_id }}>
          {event.connection ?? event.connection_id}
        </Link>
      ),
    ],
    [t.columns.application, present(event.client_name) ?? present(event.client_id)],
    [t.reference, reference === undefined ? undefined : <CopyText text={reference} label={t.reference} />],
    [t.ip, present(event.ip)],
    [t.hostname, present(event.hostname)],
    [t.userAgent, present(event.user_agent)],
    [t.audience, present(event.audience)],
    [t.scope, present(event.scope)],
    [t.id, <CopyText key="id" text={event.log_id} label={t.id} />],
  ]
  return <Facts label={t.facts} facts={facts} />
}

function UserLink({ event: { user_id, user_name } }: { event: Event }): ReactElement {
  return (
    <Link from="/t/$tenant_id" to="./users/$user_id" params={{ user_id }}>
      {user_name || user_id}
    </Link>
  )
}

/** Links to the events of the same user, connection and application. */
function Related({ event }: { event: Event }): ReactElement | null {
  const t = useMessages().logs
  const names = exact_filters.filter((name) => (event[name] ?? '') !== '')
  if (names.length === 0) return null
  return (
    <Group component="nav" aria-label={t.related}>
      {names.map((name) => (
        <Link key={name} from="/t/$tenant_id" to="./logs" search={{ [name]: event[name] ?? '' }}>
          {t.allOf[name]}
        </Link>
      ))}
    </Group>
  )
}
