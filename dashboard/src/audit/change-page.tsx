import { Code, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { useRead } from '../client/use-client'
import { changeTitle } from '../logs/log-meaning'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { Facts } from '../ui/facts'
import { Page } from '../ui/page'
import { Problem } from '../ui/problem'
import { Time } from '../ui/time'
import { callerOf, changedMembers, detailOf, pathOf, type ChangeEvent } from './change'

const route = getRouteApi('/t/$tenant_id/audit/$log_id')

/** One change: who, what, and the members before and after. */
export function ChangePage(): ReactElement {
  const texts = useMessages()
  const t = texts.audit
  const { log_id } = route.useParams()
  const { data: event, error, refetch } = useRead('getLog', { id: log_id })
  if (error && !event) return <Problem error={error} onRetry={() => void refetch()} />
  if (!event) return <RoutePending />
  const changes = changedMembers(event)
  return (
    <Page
      title={changeTitle(event, texts)}
      breadcrumbs={[
        <Link key="audit" from="/t/$tenant_id" to="./audit">
          {t.title}
        </Link>,
      ]}
    >
      <ChangeFacts event={event} />
      {changes.length === 0 ? (
        <EmptyState title={t.noChanges} hint={t.noChangesHint} />
      ) : (
        <DataTable
          label={t.changes}
          head={[t.member, t.before, t.after]}
          rows={changes.map(({ path, before, after }) => [
            path,
            <Side key="before" text={before} />,
            <Side key="after" text={after} />,
          ])}
        />
      )}
    </Page>
  )
}

function Side({ text }: { text: string | undefined }): ReactElement {
  if (text === undefined) return <Text c="dimmed">–</Text>
  return <Code style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{text}</Code>
}

function ChangeFacts({ event }: { event: ChangeEvent }): ReactElement {
  const t = useMessages().audit
  const facts: [string, ReactNode][] = [
    [t.columns.who, callerOf(event)],
    [t.columns.when, <Time key="when" value={event.date} />],
    [t.columns.resource, detailOf(event, 'resource')],
    [t.operation, detailOf(event, 'operation')],
    [t.path, pathOf(event)],
    [t.created, detailOf(event, 'created_id')],
    [t.ip, event.ip ?? undefined],
  ]
  return <Facts label={t.facts} facts={facts} />
}
