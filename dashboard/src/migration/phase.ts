import type { FinishStep } from '../../../src/contract/finish-steps.ts'
import { useRead } from '../client/use-client'
import type { ConnectionMode } from '../connections/connection-mode'

/** What of a migration says whether it goes on. */
type Progress = { mode: ConnectionMode; finish_step?: FinishStep | null }

/** Whether a migration goes on, is being finished (its scripts find no user any more), or has ended: its connection is a local one. */
export type MigrationPhase = 'open' | 'finishing' | 'ended'

/** The phase of a migration. */
export function phaseOf({ mode, finish_step = null }: Progress): MigrationPhase {
  if (finish_step === null) return 'open'
  return mode === 'local' ? 'ended' : 'finishing'
}

/** The phase of the migration of a connection; undefined until it is known, `open` where it cannot be read. */
export function useMigrationPhase(connection_id: string): MigrationPhase | undefined {
  const { data, error } = useRead('getMigration', { connection_id, days: 1 })
  if (data) return phaseOf(data)
  return error ? 'open' : undefined
}
