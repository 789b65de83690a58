import { Stack } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { ConnectionHealth } from '../connections/connection-health'
import { modeOf } from '../connections/connection-mode'
import { ModeSwitches } from '../connections/mode-switches'
import { LoginWay } from '../login-way/login-way'
import { useMessages } from '../messages/use-messages'
import { MigrationEnd } from '../migration/migration-end'
import { useMigrationPhase } from '../migration/phase'
import { RoutePending } from '../shell/route-states'
import { Problem } from '../ui/problem'
import { Network } from './network'
import { Parameters } from './parameters'
import { Scripts } from './scripts'
import { StartFrom } from './start-from'

const route = getRouteApi('/t/$tenant_id/connections/$connection_id/custom-database')

const refresh_ms = 15_000

/** The Custom Database page of a connection: who decides about a login, its scripts, what they read, and where they may connect to. */
export function CustomDatabasePage(): ReactElement {
  const t = useMessages().custom_database
  const { connection_id } = route.useParams()
  const phase = useMigrationPhase(connection_id)
  // Read again and again, so that the save of another admin is noticed while a script is edited.
  const scripts = useRead('listScripts', { id: connection_id }, { every_ms: refresh_ms })
  const connection = useRead('getConnection', { id: connection_id })
  const failed =
    scripts.error && !scripts.data ? scripts : connection.error && !connection.data ? connection : undefined
  if (failed) return <Problem error={failed.error} onRetry={() => void failed.refetch()} />
  if (!scripts.data || !connection.data) return <RoutePending />
  return (
    <Stack gap="xl">
      <MigrationEnd connection_id={connection_id} phase={phase} note={t.keptByFinish} />
      {modeOf(connection.data) !== 'local' && <ConnectionHealth connection_id={connection_id} />}
      <LoginWay connection={connection.data} />
      {phase === 'open' && (
        <>
          <ModeSwitches connection={connection.data} />
          <StartFrom connection={connection.data} scripts={scripts.data.scripts} />
        </>
      )}
      {(phase !== 'ended' || scripts.data.scripts.some(({ source }) => source !== null)) && (
        <Scripts connection={connection.data} scripts={scripts.data.scripts} />
      )}
      {phase !== 'ended' && (
        <>
          <Parameters connection={connection.data} scripts={scripts.data.scripts} />
          <Network connection_id={connection_id} />
        </>
      )}
    </Stack>
  )
}
