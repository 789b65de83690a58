import { Group, Skeleton, Stack, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { EmptyState } from '../ui/empty-state'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { Time } from '../ui/time'
import { adviceOf, decidable, type Advice } from './cause-advice'
import { causeKey, useCauseName } from './cause-name'
import { DecideAll } from './decide-all'
import { people_hash } from './filters'

const route = getRouteApi('/t/$tenant_id/migration/$connection_id')
const read_every_ms = 15_000

type Causes = Answer<'getMigrationCauses'>

/** Each cause that needs an action: how many people without a decision, an example, and the one action; and how many are decided. */
export function NeedsYou({
  connection_id,
  mode,
}: Pick<Answer<'getMigration'>, 'connection_id' | 'mode'>): ReactElement {
  const t = useMessages().migration
  const { data, error, refetch } = useRead('getMigrationCauses', { connection_id }, { every_ms: read_every_ms })
  const open = (data?.people ?? []).filter(({ people, decided }) => people > decided)
  const decided = (data?.people ?? []).reduce((sum, cause) => sum + cause.decided, 0)
  // Those of people with the same cause are named with them.
  const others = (data?.logins ?? []).filter(
    ({ outcome }) => !open.some(({ kind, cause }) => kind === 'outcome' && cause === outcome),
  )
  const is_calm = data?.logins.length === 0 && open.length === 0
  return (
    <Section title={t.needsYou}>
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={120} />}
      {is_calm && <EmptyState title={t.needsNothing} hint={t.needsNothingHint} />}
      {open.map((cause) => (
        <PeopleCause
          key={causeKey(cause)}
          cause={cause}
          can_decide={mode === 'import'}
          today={(cause.kind === 'outcome' && data?.logins.find(({ outcome }) => outcome === cause.cause)?.logins) || 0}
        />
      ))}
      {others.map((cause) => (
        <LoginCause key={cause.outcome} cause={cause} />
      ))}
      {decided > 0 && (
        <Text size="sm">
          {t.decided(decided)}{' '}
          <Link from="/t/$tenant_id" to="./migration/$connection_id/decisions" params={{ connection_id }}>
            {t.seeDecisions}
          </Link>
        </Text>
      )}
    </Section>
  )
}

/** The advice for a cause. A role that reads no scripts is offered the people in the place of the script. */
function useAdvice(...cause: Parameters<typeof adviceOf>): Advice {
  const can = useCan('listScripts')
  const { advice, action } = adviceOf(...cause)
  return { advice, action: action === 'script' && !can ? 'wait' : action }
}

function EditScript(): ReactElement {
  const t = useMessages().migration
  const { connection_id } = route.useParams()
  return (
    <Link from="/t/$tenant_id" to="./connections/$connection_id/custom-database" params={{ connection_id }}>
      {t.actions.script}
    </Link>
  )
}

/** A link that lists the people of a cause. */
function ToList({ cause, children }: { cause: Causes['people'][number]; children: string }): ReactElement {
  return (
    <Link
      from={route.id}
      to="."
      hash={people_hash}
      resetScroll={false}
      search={cause.kind === 'drift' ? { more: 'drifted' } : { cause: causeKey(cause) }}
    >
      {children}
    </Link>
  )
}

function PeopleCause({
  cause,
  can_decide,
  today,
}: {
  cause: Causes['people'][number]
  can_decide: boolean
  today: number
}): ReactElement {
  const t = useMessages().migration
  const { connection_id } = route.useParams()
  const nameOf = useCauseName()
  const { kind, people, decided, sample } = cause
  const { advice, action } = useAdvice(kind, cause.cause)
  return (
    <Stack gap={2}>
      <Group justify="space-between" gap="xs">
        <Text fw={600}>
          <ToList cause={cause}>{`${t.people(people - decided)}: ${nameOf(cause)}`}</ToList>
        </Text>
        <Group gap="xs">
          {can_decide && decidable.has(advice) && (
            <DecideAll connection_id={connection_id} cause={cause} name={nameOf(cause)} />
          )}
          {action === 'script' ? (
            <EditScript />
          ) : action === 'decide' && can_decide ? (
            <Link
              from="/t/$tenant_id"
              to="./migration/$connection_id/decisions"
              params={{ connection_id }}
              search={{ cause: causeKey(cause) }}
            >
              {t.actions.decide}
            </Link>
          ) : (
            <ToList cause={cause}>{t.actions[action]}</ToList>
          )}
        </Group>
      </Group>
      <Text size="sm" c="dimmed">
        {t.advice[advice]} {today > 0 && t.alsoToday(today)}
      </Text>
      {sample && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {t.forExample}{' '}
          <Link from={route.id} to="./people/$record_id" params={{ record_id: sample.record_id }}>
            {sample.name ?? sample.record_id}
          </Link>
          {sample.message !== undefined && `: ${sample.message}`}
        </Text>
      )}
    </Stack>
  )
}

function LoginCause({ cause }: { cause: Causes['logins'][number] }): ReactElement {
  const t = useMessages().migration
  const nameOf = useCauseName()
  const { outcome, logins, sample } = cause
  const { advice, action } = useAdvice('outcome', outcome)
  return (
    <Stack gap={2}>
      <Group justify="space-between" gap="xs">
        <Text fw={600}>
          {t.logins(logins)}: {nameOf({ kind: 'outcome', cause: outcome })}
        </Text>
        {action === 'script' ? (
          <EditScript />
        ) : (
          sample?.user_name !== undefined && (
            <Link
              from={route.id}
              to="."
              hash={people_hash}
              resetScroll={false}
              search={{ q: sample.reference ?? sample.user_name }}
            >
              {t.actions.wait}
            </Link>
          )
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {t.advice[advice]}
      </Text>
      {sample && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {t.forExample} {[sample.user_name, sample.client_name].filter(Boolean).join(', ')},{' '}
          <Time value={sample.at} is_relative />
          {sample.reference !== undefined && `, ${t.reference(sample.reference)}`}
          {sample.message !== undefined && `: ${sample.message}`}
        </Text>
      )}
    </Stack>
  )
}
