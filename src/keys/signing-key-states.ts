import type { Clock } from '../base/clock.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { makeSigningKey, type NewSigningKey } from './make-signing-key.ts'
import type { Sealer } from './sealer.ts'

/** `next` is published ahead, `current` signs, `previous` still verifies, `revoked` does neither. */
export type SigningKeyState = 'next' | 'current' | 'previous' | 'revoked'

type KeyStates = { kid: string; state: string }[]

// The tenant's row is the lock: of two processes that change the keys of one tenant, the second waits here and then sees what
// the first has done. That makes one current key and one next key an invariant on either engine.
async function lockedStates(trx: Transaction, tenant_id: string): Promise<KeyStates> {
  const locked = await trx
    .updateTable('tenants')
    .set((columns) => ({ updated_at: columns.ref('updated_at') }))
    .where('tenant_id', '=', tenant_id)
    .executeTakeFirst()
  if (locked.numUpdatedRows !== 1n)
    throw new Error(`Signing keys were asked for a tenant that is not stored: ${tenant_id}`)
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

async function moveKey(
  trx: Transaction,
  tenant_id: string,
  kid: string,
  to: SigningKeyState,
  at: number,
): Promise<void> {
  await trx
    .updateTable('signing_keys')
    .set({ state: to, changed_at: at })
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
 * Gives a tenant its first keys, one that signs and one published ahead, unless it has them. Of several processes at once one
 * makes them. The tenant's row is already stored; do not call it inside a transaction.
 */
export async function ensureSigningKey(db: Db, sealer: Sealer, clock: Clock, tenant_id: string): Promise<void> {
  if ((await currentKid(db, tenant_id)) !== undefined) return
  const [current, next] = await Promise.all([
    makeSigningKey(sealer, tenant_id, clock.now()),
    makeSigningKey(sealer, tenant_id, clock.now()),
  ])
  await inTransaction(db, async (trx) => {
    const keys = await lockedStates(trx, tenant_id)
    if (kidIn(keys, 'current') !== undefined) return
    await insertKey(trx, current, 'current')
    await insertKey(trx, next, 'next')
  })
}

/**
 * Makes the next key the one that signs; the one that signed goes on verifying, and a new key is published ahead. Rotations of
 * one key that overlap make one step together.
 *
 * @returns the kid that signs from now on
 */
export async function rotateSigningKey(db: Db, sealer: Sealer, clock: Clock, tenant_id: string): Promise<string> {
  await ensureSigningKey(db, sealer, clock, tenant_id)
  const replaced = await currentKid(db, tenant_id)
  const ahead = await makeSigningKey(sealer, tenant_id, clock.now())
  return await inTransaction(db, async (trx) => {
    const keys = await lockedStates(trx, tenant_id)
    const current = kidIn(keys, 'current')
    const next = kidIn(keys, 'next')
    if (current === undefined || next === undefined) throw new Error(`Tenant ${tenant_id} has no pair of signing keys`)
    if (current !== replaced) return current
    await moveKey(trx, tenant_id, current, 'previous', clock.now())
    await moveKey(trx, tenant_id, next, 'current', clock.now())
    await insertKey(trx, ahead, 'next')
    return next
  })
}

/**
 * Withdraws a key: it is no longer published, and what it signed is refused. Where it signed or was published ahead, another
 * takes its place in the same transaction.
 *
 * @returns false when the tenant has no such key, or had revoked it before
 */
export async function revokeSigningKey(
  db: Db,
  sealer: Sealer,
  clock: Clock,
  tenant_id: string,
  kid: string,
): Promise<boolean> {
  const ahead = await makeSigningKey(sealer, tenant_id, clock.now())
  return await inTransaction(db, async (trx) => {
    const keys = await lockedStates(trx, tenant_id)
    const state = keys.find((key) => key.kid === kid)?.state
    if (state === undefined || state === 'revoked') return false
    await moveKey(trx, tenant_id, kid, 'revoked', clock.now())
    if (state === 'previous') return true
    const next = kidIn(keys, 'next')
    if (state === 'current' && next !== undefined) await moveKey(trx, tenant_id, next, 'current', clock.now())
    await insertKey(trx, ahead, 'next')
    return true
  })
}
