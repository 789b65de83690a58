import { Group, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Outcome } from '../../../src/contract/outcomes.ts'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { Section } from '../ui/section'
import { StateBadge, type Tone } from '../ui/state-badge'
import { Time } from '../ui/time'

type Migration = Answer<'getMigration'>

const tones: Record<Migration['health']['status'], Tone> = {
  idle: 'neutral',
  ok: 'good',
  degraded: 'warning',
  failing: 'bad',
}
const turned_away = ['circuit_open', 'saturated'] as const

/** How the legacy store answers: latency, calls in flight, circuit breaker, and the logins that were turned away. */
export function LegacyStore({ migration }: { migration: Migration }): ReactElement {
  const t = useMessages().migration
  const { health, connection_id, finish_step } = migration
  const { recent_calls: recent } = health
  // The same request as that of the logins of today.
  const { data: logins } = useRead('getMigrationLogins', { connection_id }, { every_ms: 15_000 })
  const turned = turned_away.reduce((sum, outcome) => sum + (logins?.outcomes[outcome] ?? 0), 0)
  if (finish_step !== null) {
    return (
      <Section title={t.store}>
        <Text>{t.storeLeft}</Text>
      </Section>
    )
  }
  return (
    <Section title={t.store} actions={<StateBadge tone={tones[health.status]}>{t.health[health.status]}</StateBadge>}>
      <Text>
        {recent.p50_ms === null || recent.p95_ms === null ? t.storeIdle : t.storeAnswers(recent.p50_ms, recent.p95_ms)}
      </Text>
      {recent.calls > 0 && <Text size="sm">{t.storeCalls(recent.calls, recent.errors)}</Text>}
      <Text size="sm">{t.inFlight(health.calls_in_flight)}</Text>
      <Text size="sm">{t.breaker[health.circuit]}</Text>
      {health.failing_since !== undefined && (
        <Group gap={4}>
          <Text size="sm" fw={600}>
            {t.failingSince}
          </Text>
          <Text size="sm" component="span">
            <Time value={health.failing_since} />
          </Text>
        </Group>
      )}
      {turned > 0 && <Text size="sm">{t.turnedAway(turned)}</Text>}
      {health.last_failure !== undefined && (
        <Text size="sm">
          {t.lastFailure(t.outcomes[health.last_failure as Outcome] ?? health.last_failure)}{' '}
          <Time {...(health.last_failure_at === undefined ? {} : { value: health.last_failure_at })} is_relative />
        </Text>
      )}
    </Section>
  )
}
