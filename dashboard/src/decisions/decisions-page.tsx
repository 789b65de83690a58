import { Skeleton, Stack } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { adviceOf } from '../migration/cause-advice'
import { causeKey, useCauseName } from '../migration/cause-name'
import { DecideAll } from '../migration/decide-all'
import { useMigrationPhase } from '../migration/phase'
import { MigrationPartPage } from '../migration/part-page'
import { EmptyState } from '../ui/empty-state'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { CauseChoice } from './cause-choice'
import { DecisionFiles } from './decision-files'
import { Queue } from './queue'

const route = getRouteApi('/t/$tenant_id/migration/$connection_id/decisions')
const read_every_ms = 15_000

/** Why people cannot move as they are, and how many. */
export type DecisionCause = Answer<'getMigrationCauses'>['people'][number]

/** The people who cannot move as they are: by cause, one by one, or all of them by a file. */
export function DecisionsPage(): ReactElement {
  const t = useMessages().decisions
  const { connection_id } = route.useParams()
  const phase = useMigrationPhase(connection_id)
  return (
    <MigrationPartPage connection_id={connection_id} title={t.title} subtitle={t.subtitle}>
      <Stack gap="lg">
        {phase !== 'ended' && phase !== undefined && <Open connection_id={connection_id} />}
        {phase !== undefined && <DecisionFiles connection_id={connection_id} can_decide={phase !== 'ended'} />}
      </Stack>
    </MigrationPartPage>
  )
}

function Open({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().decisions
  const nameOf = useCauseName()
  const { cause: name } = route.useSearch()
  const { data, error, refetch } = useRead('getMigrationCauses', { connection_id }, { every_ms: read_every_ms })
  if (!data) return error ? <Problem error={error} onRetry={() => void refetch()} /> : <Skeleton height={160} />
  const causes = data.people.filter(({ kind, cause }) => adviceOf(kind, cause).advice === 'decide')
  const shown = causes.find((cause) => causeKey(cause) === name) ?? causes[0]
  if (!shown) return <EmptyState title={t.nothing} hint={t.nothingHint} />
  return (
    <Section
      title={t.queue}
      hint={t.queueHint}
      actions={<DecideAll key={causeKey(shown)} connection_id={connection_id} cause={shown} name={nameOf(shown)} />}
    >
      <CauseChoice causes={causes} shown={shown} />
      <Queue key={causeKey(shown)} connection_id={connection_id} cause={shown} />
    </Section>
  )
}
