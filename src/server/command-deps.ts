import { existsSync } from 'node:fs'
import path from 'node:path'
import { systemClock, type Clock } from '../base/clock.ts'
import type { Config } from '../config/config.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { createSigningKeys, type SigningKeys } from '../keys/signing-keys.ts'
import { StoreMissing } from '../store/migrate-schema.ts'
import { openStore } from '../store/open-store.ts'
import type { Db } from '../store/tables.ts'
import type { Site } from '../tenants/tenant.ts'
import { openCommandModules, type CommandModules } from './command-modules.ts'
import { logOutputTo } from './log-output.ts'
import { makeProcessLog } from './make-process-log.ts'
import { storeTarget } from './open-checked-store.ts'
import { openSealer } from './sealing-key.ts'
import { startScripting, type Scripting } from './start-scripting.ts'
import type { ForwardingSeen } from './warn-untrusted-proxy.ts'

/**
 * The dependencies of commands. `scripting` starts the script runtime where none runs, and `modules` opens the other modules of a server.
 */
export type CommandDeps = {
  config: Config
  /** Whether a server runs the command. */
  in_server: boolean
  forwarding_seen: ForwardingSeen
  db: Db
  clock: Clock
  sealer: Sealer
  keys: SigningKeys
  site: Site
  scripting(): Scripting
  modules(): CommandModules
}

const standard_error = 2

/** The message of a command before the first start. */
export const no_tenant_yet = 'There is no tenant yet: start the server once.'

/** The scheme of this installation's addresses. */
export function siteOf(config: Config): Site {
  return { scheme: config.tls || config.public_url?.startsWith('https:') ? 'https' : 'http' }
}

/** Where the settings say that the store is, without a password. */
function placeOf({ database_url, data_dir }: Config): string {
  if (database_url === undefined) return `The file ${path.join(data_dir, 'wherry.sqlite')}`
  return `The database ${decodeURIComponent(new URL(database_url).pathname.slice(1))} at DATABASE_URL`
}

async function openExistingStore(config: Config): Promise<Db> {
  try {
    // Servers of the earlier version may still run, and a migration cannot be undone. A database without a store may be one of other software.
    return await openStore(
      storeTarget(config, () => undefined),
      { upgrades: false },
    )
  } catch (error) {
    if (!(error instanceof StoreMissing)) throw error
    throw new Refusal('inexistent_tenant', {
      message: `${placeOf(config)} has no store of Wherry. Set ${config.database_url === undefined ? 'WHERRY_DATA_DIR or ' : ''}DATABASE_URL as for the server, or start the server once, which makes one.`,
    })
  }
}

/**
 * Opens the store for a command, and closes it after `work`. Nothing else of a server is started.
 *
 * @throws {Refusal} when there is no store yet
 * @throws {DataDirectoryHeld | SchemaTooNew | StoreUnusable | SealingKeyError} with a message that says how to fix it
 */
export async function withCommandDeps<T>(config: Config, work: (deps: CommandDeps) => Promise<T>): Promise<T> {
  if (config.database_url === undefined && !existsSync(path.join(config.data_dir, 'wherry.sqlite'))) {
    throw new Refusal('inexistent_tenant', {
      message: `There is no store in ${config.data_dir}, and no server uses it. Set WHERRY_DATA_DIR or DATABASE_URL as for the server, or start the server once.`,
    })
  }
  const db = await openExistingStore(config)
  // Standard output is for what the command prints.
  const log = makeProcessLog('error', logOutputTo(standard_error))
  let own_scripting: ReturnType<typeof startScripting> | undefined
  let own_modules: ReturnType<typeof openCommandModules> | undefined
  try {
    const sealer = await openSealer(config, db)
    const clock = systemClock
    const site = siteOf(config)
    const keys = createSigningKeys({ db, sealer, clock })
    const scripting = () => (own_scripting ??= startScripting(config, { db, clock, log }, () => [config.port]))
    const modules = () =>
      (own_modules ??= openCommandModules(config, { db, clock, sealer, site, log, scripting: scripting() }))
    const opened = { config, in_server: false, forwarding_seen: {}, db, clock, sealer, keys, site }
    return await work({ ...opened, scripting, modules })
  } finally {
    await own_modules?.close()
    await own_scripting?.close()
    await db.destroy()
  }
}
