import { Group, Select, Stack } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { repeatedState } from '../client/use-live'
import { useMessages } from '../messages/use-messages'
import { useMigrationPhase } from '../migration/phase'
import { MigrationPartPage } from '../migration/part-page'
import { RoutePending } from '../shell/route-states'
import { EmptyState } from '../ui/empty-state'
import { CallButton } from '../ui/call-button'
import { LiveBadge } from '../ui/live-badge'
import { notify } from '../ui/notices'
import { Problem } from '../ui/problem'
import { formatTime } from '../ui/time'
import { RehearsalReport } from './rehearsal-report'
import { StartRehearsal } from './start-rehearsal'

const route = getRouteApi('/t/$tenant_id/migration/$connection_id/rehearsal')
const running_ms = 2000
const still_ms = 15_000

/** A rehearsal and its report so far. */
export type Rehearsal = Answer<'getRehearsal'>

/** Asks the legacy store about all users of the directory, or some, and shows who would move; no user moves. */
export function RehearsalPage(): ReactElement {
  const t = useMessages().rehearsal
  const { connection_id } = route.useParams()
  return (
    <MigrationPartPage connection_id={connection_id} title={t.title} subtitle={t.subtitle}>
      <RehearsalContent connection_id={connection_id} />
    </MigrationPartPage>
  )
}

const isRunning = ({ status }: Rehearsal): boolean => status === 'pending' || status === 'processing'

function RehearsalContent({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().rehearsal
  const { shown } = route.useSearch()
  const phase = useMigrationPhase(connection_id)
  const { data, error, dataUpdatedAt, refetch } = useRead('listRehearsals', { connection_id }, { every_ms: still_ms })
  const running = data?.rehearsals.find(isRunning)
  // The same request, more often: both share one answer.
  useRead('listRehearsals', { connection_id }, { every_ms: running_ms, enabled: running !== undefined })
  if (!data) return error ? <Problem error={error} onRetry={() => void refetch()} /> : <RoutePending />
  const rehearsal = data.rehearsals.find(({ id }) => id === shown) ?? data.rehearsals[0]
  return (
    <Stack gap="lg">
      <LiveBadge state={repeatedState({ data, error, dataUpdatedAt })} />
      {running ? (
        <Cancel connection_id={connection_id} rehearsal={running} />
      ) : (
        phase === 'open' && <StartRehearsal connection_id={connection_id} />
      )}
      {data.rehearsals.length > 1 && rehearsal && <Choice rehearsals={data.rehearsals} shown={rehearsal} />}
      {rehearsal ? (
        <RehearsalReport
          connection_id={connection_id}
          rehearsal={rehearsal}
          can_decide={phase !== 'ended'}
          is_newest={rehearsal.id === data.rehearsals[0]?.id}
        />
      ) : (
        <EmptyState title={t.nothing} {...(phase === 'open' ? { hint: t.nothingHint } : {})} />
      )}
    </Stack>
  )
}

function Choice({ rehearsals, shown }: { rehearsals: readonly Rehearsal[]; shown: Rehearsal }): ReactElement {
  const t = useMessages()
  const navigate = route.useNavigate()
  return (
    <Select
      label={t.rehearsal.choose}
      maw={420}
      data={rehearsals.map(({ id, created_at, status }) => ({
        value: id,
        label: `${formatTime(t.ui.language, new Date(created_at))}, ${t.rehearsal.states[status]}`,
      }))}
      value={shown.id}
      allowDeselect={false}
      onChange={(id) => void navigate({ search: { shown: id ?? undefined }, resetScroll: false })}
    />
  )
}

function Cancel({ connection_id, rehearsal }: { connection_id: string; rehearsal: Rehearsal }): ReactElement {
  const t = useMessages().rehearsal
  return (
    <Group>
      <CallButton
        call="cancelRehearsal"
        input={{ connection_id, rehearsal_id: rehearsal.id }}
        also={['jobs']}
        onSuccess={() => notify(t.canceled)}
        label={t.cancel}
        not_done={t.notCanceled}
      />
    </Group>
  )
}
