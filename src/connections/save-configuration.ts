import { isoTime } from '../base/time.ts'
import type { ConfigurationValue } from '../contract/connection-configuration.ts'
import { Refusal } from '../contract/refusal.ts'
import type { SavedBy } from '../contract/script-version.ts'
import { inTransaction } from '../store/transaction.ts'
import { connectionById, type Connection, type StoredOptions } from './connection.ts'
import { checkNewAllowEntries } from './check-new-allow-entries.ts'
import { requireKeptByFinish } from './finish-guard.ts'
import { checkPasswordRecipe } from './password-recipe.ts'
import { scriptUnit } from './run-action-script.ts'
import type { SaveConnectionDeps } from './save-connection.ts'
import { originsAfter, sealConfiguration } from './seal-configuration.ts'
import { writeConnection, type WrittenParts } from './write-connection.ts'

type Key = { tenant_id: string; connection_id: string }

/** Writes parts of a connection, which a finish must not lose. The next script call starts a new process. */
async function writeParts(
  deps: SaveConnectionDeps,
  { tenant_id, connection_id }: Key,
  partsOf: (before: Connection) => WrittenParts,
): Promise<Connection> {
  const { before, after } = await inTransaction(deps.db, async (trx) => {
    const found = await connectionById(trx, tenant_id, connection_id)
    if (!found) throw new Refusal('inexistent_connection')
    const parts = partsOf(found)
    requireKeptByFinish(deps.sealer, found, { ...found, ...parts })
    return { before: found, after: await writeConnection(trx, deps, found, parts) }
  })
  deps.scripts.recycle(scriptUnit(before))
  return after
}

/**
 * Sets single values of the configuration of a connection, and removes those that are null.
 *
 * @throws {Refusal} `inexistent_connection`, `finish_in_progress`, `invalid_body` where a recipe of passwords needs a value that is removed
 */
export async function setConfiguration(
  deps: SaveConnectionDeps,
  { set_by, values, ...key }: Key & { values: Record<string, string | null>; set_by: SavedBy },
): Promise<Connection> {
  return await writeParts(deps, key, (before) => {
    const configuration = { ...before.configuration_sealed, ...values }
    const configuration_sealed = sealConfiguration(deps.sealer, before, { configuration })
    checkPasswordRecipe(before.options, Object.keys(configuration_sealed))
    const configuration_origins = originsAfter(before, configuration_sealed, set_by, deps.clock.now())
    return { configuration_sealed, configuration_origins }
  })
}

/**
 * Sets the hosts that the scripts of a connection may connect to.
 *
 * @throws {Refusal} `inexistent_connection`, `finish_in_progress`, `invalid_body` for an entry that has no effect
 */
export async function setEgress(
  deps: SaveConnectionDeps,
  { egress, ...key }: Key & { egress: NonNullable<StoredOptions['egress']> },
): Promise<Connection> {
  const found = await connectionById(deps.db, key.tenant_id, key.connection_id)
  await checkNewAllowEntries(deps.mayReachPrivateNetworks, key.tenant_id, { egress }, found?.options)
  return await writeParts(deps, key, (before) => ({ options: { ...before.options, egress } }))
}

/** The names of the configuration, with who set each and when. */
export function listConfiguration({ configuration_sealed, configuration_origins }: Connection): ConfigurationValue[] {
  return Object.keys(configuration_sealed)
    .toSorted()
    .map((name) => {
      const origin = configuration_origins[name]
      return origin === undefined ? { name } : { name, set_at: isoTime(origin.set_at), set_by: origin.set_by }
    })
}
