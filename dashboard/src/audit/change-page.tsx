import { Code, Paper, SimpleGrid, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { Page } from '../ui/page'
import { Problem } from '../ui/problem'
import { Time } from '../ui/time'
import { callerOf, changedMembers, detailOf, pathOf, type ChangeEvent } from './change'

const route = getRouteApi('/t/$tenant_id/audit/$log_id')

/** One change: who, what, and the members before and after. */
export function ChangePage(): ReactElement {
  const t = useMessages().audit
  const { log_id } = route.useParams()
  const { data: event, error, refetch } = useRead('getLog', { id: log_id })
  if (error && !event) return <Problem error={error} onRetry={() => void refetch()} />
  if (!event) return <RoutePending />
  const changes = changedMembers(event)
  return (
    <Page
      title={event.description ?? t.title}
      breadcrumbs={[
        <Link key="audit" from="/t/$tenant_id" to="./audit">
          {t.title}
        </Link>,
      ]}
    >
      <Facts event={event} />
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

function Facts({ event }: { event: ChangeEvent }): ReactElement {
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
  return (
    <Paper withBorder p="md" component="section" aria-label={t.facts}>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} component="dl" style={{ margin: 0 }}>
        {facts
          .filter(([, value]) => value !== undefined)
          .map(([label, value]) => (
            <div key={label}>
              <Text size="sm" c="dimmed" component="dt">
                {label}
              </Text>
              <Text component="dd" style={{ margin: 0, overflowWrap: 'anywhere' }}>
                {value}
              </Text>
            </div>
          ))}
      </SimpleGrid>
    </Paper>
  )
}
