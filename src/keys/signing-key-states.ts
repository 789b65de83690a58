import type { Clock } from '../base/clock.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { generateSigningKey, type NewSigningKey } from './generate-signing-key.ts'
import type { Sealer } from './sealer.ts'

/** The state of a key: `next` is published ahead, `current` signs, `previous` still verifies, `revoked` does neither. */
export type SigningKeyState = 'next' | 'current' | 'previous' | 'revoked'

type KeyStates = { kid: string; state: string }[]

// A tenant has exactly one current key and one next key. The update locks the tenant's row: a second process that changes the keys waits
// here, then starts again and reads the changes of the first. Without it, the second would fail at its commit.
async function lockKeyStates(trx: Transaction, tenant_id: string): Promise<KeyStates> {
  const locked = await trx
    .updateTable('tenants')
    .set((columns) => ({ updated_at: columns.ref('updated_at') }))
    .where('tenant_id', '=', tenant_id)
    .executeTakeFirst()
  if (locked.numUpdatedRows !== 1n) throw new Error(`The tenant of the signing keys is not stored: ${tenant_id}`)
  return await trx.selectFrom('signing_keys').select(['kid', 'state']).where('tenant_id', '=', tenant_id).execute()
}

const kidIn = (keys: KeyStates, state: SigningKeyState): string | undefined =>
  keys.find((key) => key.state === state)?.kid

async function insertKey(trx: Transaction, key: NewSigningKey, state: SigningKeyState): Promise<void> {
  await trx
    .insertInto('signing_keys')
    .values({ ...key, state })
    .execute()
}

async function setKeyState(
  trx: Transaction,
  tenant_id: string,
  kid: string,
  state: SigningKeyState,
  at: number,
): Promise<void> {
  await trx
    .updateTable('signing_keys')
    .set({ state, changed_at: at })
    .where('tenant_id', '=', tenant_id)
    .where('kid', '=', kid)
    .execute()
}

async function currentKid(db: Db, tenant_id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('signing_keys')
    .select('kid')
    .where('tenant_id', '=', tenant_id)
    .where('state', '=', 'current')
    .executeTakeFirst()
  return row?.kid
}

/**
 * Creates the first keys of a stored tenant, one that signs and one published ahead, unless it has them. Of several processes at once
 * one creates them. Never call it inside a transaction.
 */
export async function ensureSigningKey(db: Db, sealer: Sealer, clock: Clock, tenant_id: string): Promise<void> {
  if ((await currentKid(db, tenant_id)) !== undefined) return
  const [current, next] = await Promise.all([
    generateSigningKey(sealer, tenant_id, clock.now()),
    generateSigningKey(sealer, tenant_id, clock.now()),
  ])
  await inTransaction(db, async (trx) => {
    const keys = await lockKeyStates(trx, tenant_id)
    if (kidIn(keys, 'current') !== undefined) return
    await insertKey(trx, current, 'current')
    await insertKey(trx, next, 'next')
  })
}

/**
 * Rotates the signing key: the next key signs, the key that signed still verifies, and a new key is published ahead. Concurrent calls
 * rotate once.
 *
 * @returns the kid that signs from now on
 */
export async function rotateSigningKey(db: Db, sealer: Sealer, clock: Clock, tenant_id: string): Promise<string> {
  await ensureSigningKey(db, sealer, clock, tenant_id)
  const replaced = await currentKid(db, tenant_id)
  const ahead = await generateSigningKey(sealer, tenant_id, clock.now())
  return await inTransaction(db, async (trx) => {
    const keys = await lockKeyStates(trx, tenant_id)
    const current = kidIn(keys, 'current')
    const next = kidIn(keys, 'next')
    if (current === undefined || next === undefined) throw new Error(`Tenant ${tenant_id} has no pair of signing keys`)
    if (current !== replaced) return current
    await setKeyState(trx, tenant_id, current, 'previous', clock.now())
    await setKeyState(trx, tenant_id, next, 'current', clock.now())
    await insertKey(trx, ahead, 'next')
    return next
  })
}

/**
 * Revokes a key: it is no longer published, and its signatures are refused. A current or next key is replaced in the same transaction.
 *
 * @returns false when the tenant has no such key, or it was revoked before
 */
export async function revokeSigningKey(
  db: Db,
  sealer: Sealer,
  clock: Clock,
  tenant_id: string,
  kid: string,
): Promise<boolean> {
  const ahead = await generateSigningKey(sealer, tenant_id, clock.now())
  return await inTransaction(db, async (trx) => {
    const keys = await lockKeyStates(trx, tenant_id)
    const state = keys.find((key) => key.kid === kid)?.state
    if (state === undefined || state === 'revoked') return false
    await setKeyState(trx, tenant_id, kid, 'revoked', clock.now())
    if (state === 'previous') return true
    const next = kidIn(keys, 'next')
    if (state === 'current' && next !== undefined) await setKeyState(trx, tenant_id, next, 'current', clock.now())
    await insertKey(trx, ahead, 'next')
    return true
  })
}
