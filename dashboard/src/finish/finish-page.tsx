import { Alert, Stack } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { MigrationPartPage } from '../migration/part-page'
import { RoutePending } from '../shell/route-states'
import { alert_styles } from '../ui/alert-styles'
import { EmptyState } from '../ui/empty-state'
import { Problem } from '../ui/problem'
import { FinishSteps } from './finish-steps'
import { Latecomers } from './latecomers'
import { OtherPrograms } from './other-programs'
import { Preflight } from './preflight'
import { RollBack } from './roll-back'
import { WatchNumbers } from './watch-numbers'
import { Wiped } from './wiped'

const route = getRouteApi('/t/$tenant_id/migration/$connection_id/finish')
const running_ms = 1500
const still_ms = 15_000

/** How far a migration is ended. */
export type FinishState = Answer<'getFinish'>

/** Ends a migration, guided: what would break, then one step after another, with the way back. */
export function FinishPage(): ReactElement {
  const t = useMessages().finish
  const { connection_id } = route.useParams()
  return (
    <MigrationPartPage connection_id={connection_id} title={t.title} subtitle={t.subtitle} says_end={false}>
      <FinishContent connection_id={connection_id} />
    </MigrationPartPage>
  )
}

function useFinish(connection_id: string) {
  const first = useRead('getFinish', { connection_id }, { every_ms: still_ms })
  const is_running = first.data?.state === 'running'
  // The same request, more often: both share one answer.
  useRead('getFinish', { connection_id }, { every_ms: running_ms, enabled: is_running })
  return first
}

function FinishContent({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().finish
  const { data: finish, error, refetch } = useFinish(connection_id)
  if (!finish) return error ? <Problem error={error} onRetry={() => void refetch()} /> : <RoutePending />
  const is_started = finish.step !== null
  if (!is_started && finish.mode !== 'import') {
    return <EmptyState title={t.nothing[finish.mode]} hint={t.nothingHint[finish.mode]} />
  }
  return (
    <Stack gap="lg">
      {error && <Problem error={error} title={t.stale} onRetry={() => void refetch()} />}
      {finish.step === 'disconnect' && finish.state === 'done' && (
        <Alert color="teal" variant="light" styles={alert_styles} title={t.finished}>
          {t.finishedText}
        </Alert>
      )}
      {!is_started && <Preflight connection_id={connection_id} />}
      <FinishSteps connection_id={connection_id} finish={finish} />
      {finish.watch && <WatchNumbers finish={finish} watch={finish.watch} />}
      {is_started && <RollBack connection_id={connection_id} finish={finish} />}
      <Wiped finish={finish} />
      {is_started && <Latecomers connection_id={connection_id} finish={finish} />}
      {finish.step !== 'disconnect' && (
        <OtherPrograms connection_id={connection_id} is_sampled={typeof finish.watch?.other_programs === 'number'} />
      )}
    </Stack>
  )
}
