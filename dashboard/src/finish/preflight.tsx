import { Group, List, Skeleton, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import type { Answer } from '../client/contract-types'
import { useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { useCounts } from '../migration/use-counts'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'

type Answered = Answer<'getPreflight'>
type Reason = Answered['reasons'][number]

/** What would break if the migration were finished now: each reason with its number, and where it is solved. */
export function Preflight({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().finish
  const { data, error, refetch } = useCounts('getPreflight', { connection_id, counts: 'kept' })
  return (
    <Section
      title={t.preflight}
      hint={data && (data.has_directory ? t.movedOf(data.migrated, data.known) : t.movedWithout(data.migrated))}
    >
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={120} />}
      {data?.reasons.length === 0 && <Text>{t.nothingBreaks}</Text>}
      {data?.reasons.map((reason) => (
        <ReasonText key={reason.reason} reason={reason} connection_id={connection_id}>
          {reason.reason === 'not_moved' && data.has_directory && <ByLastActivity preflight={data} reason={reason} />}
        </ReasonText>
      ))}
    </Section>
  )
}

function ReasonText({
  reason,
  connection_id,
  children,
}: {
  reason: Reason
  connection_id: string
  children: ReactNode
}): ReactElement {
  const t = useMessages().finish
  return (
    <Stack gap={2} data-reason={reason.reason}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <StateBadge tone="warning">{t.reasonBadge}</StateBadge>
          <Text fw={600}>{t.reasons[reason.reason](reason.count)}</Text>
        </Group>
        <ReasonLink reason={reason.reason} connection_id={connection_id} />
      </Group>
      <Text size="sm" c="dimmed">
        {t.reasonMeaning(reason)}
      </Text>
      {children}
    </Stack>
  )
}

/** Those who have not moved by their last activity, which a large migration counts from time to time only. */
function ByLastActivity({ preflight, reason }: { preflight: Answered; reason: Reason }): ReactElement {
  const { finish: t, migration } = useMessages()
  const { counted_at, is_counting, error } = preflight
  const activity = (reason.by_last_activity ?? []).filter(({ count }) => count > 0)
  return (
    <>
      {activity.length > 0 && (
        <List size="sm">
          {activity.map(({ within, count }) => (
            <List.Item key={within}>{t.lastActivity(within, count)}</List.Item>
          ))}
        </List>
      )}
      {counted_at !== undefined && (
        <Text size="sm" c="dimmed" component="div">
          {migration.countedAt} <Time value={counted_at} is_relative />
        </Text>
      )}
      {counted_at === undefined && is_counting && (
        <Text size="sm" role="status">
          {t.activityCounting}
        </Text>
      )}
      {error !== undefined && (
        <Text size="sm" role="status">
          {migration.groupsFailed(error)}
        </Text>
      )}
    </>
  )
}

const states_of = {
  not_moved: 'not_moved',
  open_resets: 'reset_pending',
  recent_legacy_logins: 'migrated',
} as const

function ReasonLink({
  reason,
  connection_id,
}: Pick<Reason, 'reason'> & { connection_id: string }): ReactElement | null {
  const t = useMessages().finish
  const may_read_mail = useCan('getEmailProvider')
  const label = t.solve[reason]
  if (reason === 'other_programs' || reason === 'not_sampled') return <a href="#other-programs">{label}</a>
  const params = { connection_id }
  if (reason === 'no_directory') {
    return (
      <Link from="/t/$tenant_id" to="./migration/$connection_id/directory" params={params}>
        {label}
      </Link>
    )
  }
  if (reason === 'no_mail_server') {
    return may_read_mail ? (
      <Link from="/t/$tenant_id" to="./email">
        {label}
      </Link>
    ) : null
  }
  if (reason === 'undecided') {
    return (
      <Link from="/t/$tenant_id" to="./migration/$connection_id/decisions" params={params}>
        {label}
      </Link>
    )
  }
  return (
    <Link from="/t/$tenant_id" to="./migration/$connection_id" params={params} search={{ state: states_of[reason] }}>
      {label}
    </Link>
  )
}
