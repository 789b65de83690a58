import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { makeFolder } from '../base/make-folder.ts'
import type { Config } from '../config/config.ts'
import { createSealer, SealBroken, type Sealer } from '../keys/sealer.ts'
import type { Db } from '../store/tables.ts'

/** The sealing key is missing, too short, or not the key that the store was sealed with. */
export class SealingKeyError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'SealingKeyError'
  }
}

const check_name = 'sealing_key_check'
const check_text = 'This store was sealed with the key that opens this.'

function keyFile(config: Config): string {
  return path.join(config.data_dir, 'secret.key')
}

function readKey(config: Config, store_is_sealed: boolean): string {
  if (config.secret_key !== undefined) return config.secret_key
  const file = keyFile(config)
  if (existsSync(file)) {
    const key = readFileSync(file, 'utf8').trim()
    if (key.length < 32) throw new SealingKeyError(`The sealing key in ${file} is too short: at least 32 characters.`)
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600)
    return key
  }
  if (store_is_sealed) {
    throw new SealingKeyError(
      `The store is sealed and there is no sealing key: ${file} is missing and WHERRY_SECRET_KEY is not set. Restore that file, or set WHERRY_SECRET_KEY to the key that the store was made with.`,
    )
  }
  makeFolder(config.data_dir)
  const written = `${file}.${process.pid}.new`
  writeFileSync(written, `${randomBytes(48).toString('base64url')}\n`, { mode: 0o600 })
  try {
    // link() is atomic: of several processes in one folder, one creates the key, and the others read it whole.
    linkSync(written, file)
  } catch (error) {
    if (!existsSync(file)) throw error
  } finally {
    rmSync(written, { force: true })
  }
  return readFileSync(file, 'utf8').trim()
}

async function readCheck(db: Db): Promise<string | undefined> {
  const row = await db.selectFrom('installation').select('value').where('name', '=', check_name).executeTakeFirst()
  return row?.value
}

/**
 * The sealer of this installation. The first start creates the key (or uses WHERRY_SECRET_KEY) and seals a check value in the store; later
 * starts refuse any other key.
 *
 * @throws {SealingKeyError} with a message that says how to fix it
 */
export async function openSealer(config: Config, db: Db): Promise<Sealer> {
  const before = await readCheck(db)
  const sealer = createSealer(readKey(config, before !== undefined))
  if (before === undefined) {
    await db
      .insertInto('installation')
      .values({ name: check_name, value: sealer.seal(check_text, check_name) })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute()
  }
  requireOpens(config, sealer, (await readCheck(db)) ?? '')
  return sealer
}

function requireOpens(config: Config, sealer: Sealer, check: string): void {
  try {
    sealer.open(check, check_name)
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    const source = config.secret_key === undefined ? `the file ${keyFile(config)}` : 'WHERRY_SECRET_KEY'
    throw new SealingKeyError(
      `The sealing key in ${source} is not the one that this store was sealed with. All processes on one store need the same key; give this one the key of the first start.`,
    )
  }
}

/** Requires the sealing key of a store, by its check value. @throws {SealingKeyError} where the key is missing or another one */
export function requireSealingKey(config: Config, check: string): void {
  requireOpens(config, createSealer(readKey(config, true)), check)
}
