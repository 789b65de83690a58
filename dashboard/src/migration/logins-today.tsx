import { Skeleton, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Outcome } from '../../../src/contract/outcomes.ts'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'

const read_every_ms = 15_000
const successes = ['success', 'legacy_success', 'moved']

type Logins = Answer<'getMigrationLogins'>

/** The logins of today by application: here, moved now, failed by cause. */
export function LoginsToday({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().migration
  const { data, error, refetch } = useRead('getMigrationLogins', { connection_id }, { every_ms: read_every_ms })
  return (
    <Section title={t.today} hint={t.todayHint}>
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {data ? <LoginsTable logins={data} /> : !error && <Skeleton height={120} />}
    </Section>
  )
}

function LoginsTable({ logins }: { logins: Logins }): ReactElement {
  const t = useMessages()
  const { columns, outcomes: names, ...texts } = t.migration
  if (logins.clients.length === 0) return <EmptyState title={texts.noLogins} hint={texts.noLoginsHint} />
  const nameOf = ({ client_id, client_name }: Logins['clients'][number]): string =>
    client_name ?? (client_id === undefined ? texts.unknownApplication : texts.deletedApplication(client_id))
  const failuresOf = (outcomes: Record<string, number>): [string, number][] =>
    Object.entries(outcomes)
      .filter(([outcome]) => !successes.includes(outcome))
      .toSorted(([, one], [, other]) => other - one)
  return (
    <>
      <DataTable
        is_stacked
        label={texts.today}
        head={[columns.application, columns.here, columns.movedNow, columns.failed]}
        rows={logins.clients.map((client) => [
          <div key="application">
            {nameOf(client)}
            <Text size="xs" c="dimmed">
              {failuresOf(client.outcomes)
                .map(([outcome, count]) => `${t.ui.number(count)} ${names[outcome as Outcome] ?? outcome}`)
                .join(' · ')}
            </Text>
          </div>,
          t.ui.number((client.outcomes['success'] ?? 0) + (client.outcomes['legacy_success'] ?? 0)),
          t.ui.number(client.outcomes['moved'] ?? 0),
          t.ui.number(failuresOf(client.outcomes).reduce((sum, [, count]) => sum + count, 0)),
        ])}
      />
      {logins.more_clients > 0 && (
        <Text size="sm" c="dimmed">
          {texts.moreApplications(logins.more_clients)}
        </Text>
      )}
    </>
  )
}
