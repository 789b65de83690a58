import { Group, Paper, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { Problem } from '../ui/problem'
import { StateBadge, type Tone } from '../ui/state-badge'
import { Time } from '../ui/time'

type Health = Answer<'getMigration'>['health']

/** How each health is meant. */
const health_tones: Record<Health['status'], Tone> = {
  idle: 'neutral',
  ok: 'good',
  degraded: 'warning',
  failing: 'bad',
}

const refresh_ms = 10_000

/** How the legacy store of a connection answers: how long it takes, or since when it does not. */
export function ConnectionHealth({ connection_id }: { connection_id: string }): ReactElement | null {
  const t = useMessages().connections
  const { data, error, refetch } = useRead('getMigration', { connection_id, days: 1 }, { every_ms: refresh_ms })
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return null
  const { health } = data
  const { p50_ms, calls } = health.recent_calls
  return (
    <Paper withBorder p="md" component="section" aria-label={t.columns.health} aria-live="polite">
      <Group>
        <StateBadge tone={health_tones[health.status]}>{t.health[health.status]}</StateBadge>
        {p50_ms !== null && calls > 0 && <Text size="sm">{t.answersIn(p50_ms, calls)}</Text>}
        {health.circuit !== 'closed' && <Text size="sm">{t.turnedAway}</Text>}
        {health.failing_since !== undefined && (
          <Text size="sm">
            {t.failingSince} <Time value={health.failing_since} />
          </Text>
        )}
        {health.last_failure !== undefined && health.status !== 'ok' && (
          <Text size="sm">
            {t.lastFailure(health.last_failure)} <Time value={health.last_failure_at} is_relative />
          </Text>
        )}
      </Group>
    </Paper>
  )
}
