import { Button, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useCan, useRead } from '../client/use-client'
import { repeatedState } from '../client/use-live'
import { missingParameters } from '../custom-database/parameter-names'
import { useMessages } from '../messages/use-messages'
import { MigrationEnd } from '../migration/migration-end'
import { phaseOf } from '../migration/phase'
import { RoutePending } from '../shell/route-states'
import { useTenant } from '../session/use-session'
import { LiveBadge } from '../ui/live-badge'
import { Page } from '../ui/page'
import { Problem } from '../ui/problem'
import { FirstMove, Waiting } from './first-move'
import { markStarted } from './started'
import { StepList } from './step-list'
import { stepStates } from './steps'

const read_every_ms = 3000

/** From an empty tenant to the first user who moves: what is done, what comes next, and who arrives. */
export function GetStartedPage(): ReactElement {
  const t = useMessages().getStarted
  const first = useRead('getFirstSteps', {}, { every_ms: read_every_ms })
  const { data: steps, error, refetch } = first
  const missing = useMissingParameters(steps?.connection?.has_login_script === true ? steps.connection.id : undefined)
  if (error && !steps) return <Problem error={error} onRetry={() => void refetch()} />
  if (!steps) return <RoutePending />
  const states = stepStates(steps, missing)
  const { connection, moved } = steps
  // A migration in which no user has moved can be begun again with another connection.
  const phase = connection && moved > 0 ? phaseOf(connection) : 'open'
  return (
    <Page title={t.title} subtitle={t.subtitle} actions={<Hide />}>
      <LiveBadge state={repeatedState(first)} />
      {connection && <MigrationEnd connection_id={connection.id} phase={phase} />}
      {moved > 0 ? (
        <FirstMove moved={moved} connection={connection} />
      ) : (
        <>
          {states.login === 'next' && connection && <Waiting connection={connection} />}
          <Text size="lg">{t.done(Object.values(states).filter((state) => state === 'done').length)}</Text>
        </>
      )}
      {phase !== 'ended' && <StepList states={states} connection={connection} missing={missing} />}
    </Page>
  )
}

/** How many parameters the scripts of a connection read that are not set; undefined while that is unknown. */
function useMissingParameters(connection_id: string | undefined): number | undefined {
  const enabled = useCan('listConfiguration') && connection_id !== undefined
  const options = { enabled, every_ms: read_every_ms * 5 }
  const id = connection_id ?? ''
  const connection = useRead('getConnection', { id }, options)
  const scripts = useRead('listScripts', { id }, options)
  const values = useRead('listConfiguration', { id }, options)
  if (!connection.data || !scripts.data || !values.data) return undefined
  return missingParameters(connection.data, scripts.data, values.data).length
}

/** Hides the page in the navigation of this browser. */
function Hide(): ReactElement {
  const t = useMessages().getStarted
  const { tenant_id } = useTenant()
  const navigate = useNavigate()
  return (
    <Button
      variant="default"
      onClick={() => {
        markStarted(tenant_id)
        void navigate({ to: '/t/$tenant_id/connections', params: { tenant_id } })
      }}
    >
      {t.hide}
    </Button>
  )
}
