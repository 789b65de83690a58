import { existsSync } from 'node:fs'
import path from 'node:path'
import { systemClock, type Clock } from '../base/clock.ts'
import type { Config } from '../config/config.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { createSigningKeys, type SigningKeys } from '../keys/signing-keys.ts'
import { openStore } from '../store/open-store.ts'
import type { Db } from '../store/tables.ts'
import type { Site } from '../tenants/tenant.ts'
import { storeTarget } from './open-checked-store.ts'
import { openSealer } from './sealing-key.ts'

/** What commands use: the store, and what seals and signs. */
export type CommandDeps = { db: Db; clock: Clock; sealer: Sealer; keys: SigningKeys; site: Site }

/** The message of a command before the first start. */
export const no_tenant_yet = 'There is no tenant yet: start the server once.'

/** The scheme of this installation's addresses. */
export function siteOf(config: Config): Site {
  return { scheme: config.tls || config.public_url?.startsWith('https:') ? 'https' : 'http' }
}

/**
 * Opens the store for a command, and closes it after `work`. Nothing else of a server is started.
 *
 * @throws {Refusal} when there is no store yet
 * @throws {DataDirectoryHeld | SchemaTooNew | StoreUnusable | SealingKeyError} with a message that says how to fix it
 */
export async function withCommandDeps<T>(config: Config, work: (deps: CommandDeps) => Promise<T>): Promise<T> {
  if (config.database_url === undefined && !existsSync(path.join(config.data_dir, 'wherry.sqlite'))) {
    throw new Refusal('inexistent_tenant', { message: no_tenant_yet })
  }
  const db = await openStore(storeTarget(config, () => undefined))
  try {
    const sealer = await openSealer(config, db)
    const clock = systemClock
    return await work({ db, clock, sealer, keys: createSigningKeys({ db, sealer, clock }), site: siteOf(config) })
  } finally {
    await db.destroy()
  }
}
