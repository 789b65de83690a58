import { List, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Outcome } from '../../../src/contract/outcomes.ts'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { phaseOf } from '../migration/phase'
import { recordName } from '../migration/record-name'
import { problemText } from '../ui/problem-text'
import { Section } from '../ui/section'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'

type Connection = NonNullable<Answer<'getFirstSteps'>['connection']>

const read_every_ms = 3000
const successes = ['success', 'legacy_success', 'moved']

/** While the first login is awaited: how the logins of today ended. */
export function Waiting({ connection }: { connection: Connection }): ReactElement {
  const { getStarted: t, migration } = useMessages()
  const logins = useRead('getMigrationLogins', { connection_id: connection.id }, { every_ms: read_every_ms })
  const causes = useRead('getMigrationCauses', { connection_id: connection.id }, { every_ms: read_every_ms * 2 })
  const failed = Object.entries(logins.data?.outcomes ?? {}).filter(([outcome]) => !successes.includes(outcome))
  return (
    <Section title={t.waiting} hint={t.waitingHint(connection.name)}>
      <div role="status">
        {logins.error ? (
          <Text size="sm">{problemText(logins.error)}</Text>
        ) : failed.length === 0 ? (
          <Text size="sm">{t.noAttempt}</Text>
        ) : (
          <Stack gap={4}>
            <Text size="sm">{t.attempts}</Text>
            <List size="sm">
              {failed.map(([outcome, count]) => (
                <List.Item key={outcome}>
                  {migration.logins(count)}: {migration.outcomes[outcome as Outcome] ?? outcome}
                  {messageOf(causes.data, outcome)}
                </List.Item>
              ))}
            </List>
            <Link from="/t/$tenant_id" to="./migration/$connection_id" params={{ connection_id: connection.id }}>
              {t.seeAttempts}
            </Link>
          </Stack>
        )}
      </div>
    </Section>
  )
}

/** What the log says of the last login that ended so. */
function messageOf(causes: Answer<'getMigrationCauses'> | undefined, outcome: string): string {
  const message = causes?.logins.find((cause) => cause.outcome === outcome)?.sample?.message
  return message === undefined ? '' : ` (${message})`
}

/** The last person who moved, and what comes next. */
export function FirstMove({ moved, connection }: { moved: number; connection: Connection | undefined }): ReactElement {
  const t = useMessages().getStarted
  const connection_id = connection?.id ?? ''
  const { data } = useRead(
    'listMigrationRecords',
    { connection_id, state: 'migrated', take: 1 },
    { enabled: connection !== undefined, every_ms: read_every_ms },
  )
  const record = data?.records[0]
  return (
    <Section title={t.arrived(moved)} actions={<StateBadge tone="good">{t.states.done}</StateBadge>}>
      <Stack gap="xs" role="status">
        {record && (
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {t.last}{' '}
            <Link
              from="/t/$tenant_id"
              to="./migration/$connection_id/people/$record_id"
              params={{ connection_id, record_id: record.record_id }}
            >
              {recordName(record)}
            </Link>
            , <Time value={record.migrated_at ?? record.updated_at} is_relative />
          </Text>
        )}
        {connection && phaseOf(connection) === 'open' && <Text size="sm">{t.fromNowOn}</Text>}
        {connection && phaseOf(connection) !== 'ended' && (
          <List size="sm">
            <List.Item>
              <Link from="/t/$tenant_id" to="./migration/$connection_id" params={{ connection_id }}>
                {t.watch}
              </Link>
            </List.Item>
            <List.Item>
              <Link from="/t/$tenant_id" to="./migration/$connection_id/directory" params={{ connection_id }}>
                {t.loadDirectory}
              </Link>
            </List.Item>
          </List>
        )}
      </Stack>
    </Section>
  )
}
