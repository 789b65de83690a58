import type { JsonObject } from '../base/json.ts'
import { scriptNames, type ScriptName } from '../contract/action-scripts.ts'
import type { ConnectionOptions } from '../contract/connection-options.ts'
import type { Sealer } from '../keys/sealer.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import { scriptAad } from '../store/sealed-aad.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { connectionFromRow, openScript, type Connection, type SealedScripts } from './connection.ts'
import { addScriptVersions } from './script-versions.ts'

type Sources = NonNullable<ConnectionOptions['customScripts']>

/** Seals the sources of a connection's scripts: people write credentials into them. */
export function sealScripts(
  sealer: Sealer,
  { tenant_id, connection_id }: Pick<Connection, 'tenant_id' | 'connection_id'>,
  sources: Sources = {},
): SealedScripts {
  const sealed: SealedScripts = {}
  for (const script of scriptNames) {
    const source = sources[script]
    if (source !== undefined) sealed[script] = sealer.seal(source, scriptAad(tenant_id, connection_id, script))
  }
  return sealed
}

/** The sources of all scripts of a connection in the clear. Only for a reader of the connection. */
export function openScripts(sealer: Sealer, connection: Connection): Sources {
  const opened: Partial<Record<ScriptName, string>> = {}
  for (const script of scriptNames) {
    const source = openScript(sealer, connection, script)
    if (source !== undefined) opened[script] = source
  }
  return opened
}

const done_name = 'scripts_sealed'

/**
 * Seals the scripts that versions before the column `scripts_sealed` stored in the clear among the options. It does so once in the life of
 * a store, and is safe to run in several processes at once.
 */
export async function sealStoredScripts(deps: { db: Db; sealer: Sealer }): Promise<void> {
  const { db, sealer } = deps
  const done = await db.selectFrom('installation').select('name').where('name', '=', done_name).executeTakeFirst()
  if (done) return
  const rows = await db
    .selectFrom('connections')
    .select(['tenant_id', 'connection_id'])
    .where('tenant_id', 'in', db.selectFrom('tenants').select('tenant_id'))
    .execute()
  for (const { tenant_id, connection_id } of rows) {
    const row = await db
      .selectFrom('connections')
      .select('options')
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .executeTakeFirst()
    if (!row) continue
    const { customScripts, ...rest } = readJson<JsonObject>(row.options) as ConnectionOptions
    if (customScripts === undefined) continue
    const sealed = sealScripts(sealer, { tenant_id, connection_id }, customScripts)
    // The scripts stay the same ones, and so does the version. Another process may have sealed them meanwhile.
    await inTransaction(db, async (trx) => {
      const written = await trx
        .updateTable('connections')
        .set({ options: writeJson(rest), scripts_sealed: writeJson(sealed) })
        .where('tenant_id', '=', tenant_id)
        .where('connection_id', '=', connection_id)
        .where('options', '=', row.options)
        .returningAll()
        .executeTakeFirst()
      if (!written) return
      await addScriptVersions(trx, connectionFromRow(written), scriptNames, { saved_by: { through: 'upgrade' } })
    })
  }
  await db
    .insertInto('installation')
    .values({ name: done_name, value: 'all' })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
}
