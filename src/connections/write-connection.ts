import type { Clock } from '../base/clock.ts'
import type { FinishStep } from '../contract/finish-steps.ts'
import { writeJson } from '../store/json-column.ts'
import type { Transaction } from '../store/tables.ts'
import { connectionFromRow, type Connection } from './connection.ts'

/** What the finish of a migration changes in a connection. */
export type WrittenParts = Partial<
  Pick<Connection, 'options' | 'configuration_sealed' | 'configuration_origins' | 'scripts_sealed' | 'finish_step'>
>

/** Marks a connection with the step of its finish. Its scripts stay as they are, and so do its version and its processes. */
export async function markFinishStep(
  trx: Transaction,
  { tenant_id, connection_id }: Connection,
  finish_step: FinishStep,
): Promise<void> {
  await trx
    .updateTable('connections')
    .set({ finish_step })
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .execute()
}

/** Replaces parts of a connection as they are, without the checks of a change by an admin. Its version increases, so that the next call starts a new process. */
export async function writeConnection(
  trx: Transaction,
  { clock }: { clock: Clock },
  before: Connection,
  parts: WrittenParts,
): Promise<Connection> {
  const after = { ...before, ...parts }
  const row = await trx
    .updateTable('connections')
    .set({
      options: writeJson(after.options),
      configuration_sealed: writeJson(after.configuration_sealed),
      configuration_origins: writeJson(
        Object.fromEntries(
          Object.entries(after.configuration_origins).filter(([name]) =>
            Object.hasOwn(after.configuration_sealed, name),
          ),
        ),
      ),
      scripts_sealed: writeJson(after.scripts_sealed),
      finish_step: after.finish_step,
      version: before.version + 1,
      updated_at: clock.now(),
    })
    .where('tenant_id', '=', before.tenant_id)
    .where('connection_id', '=', before.connection_id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return connectionFromRow(row)
}
