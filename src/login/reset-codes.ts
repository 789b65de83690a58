import { randomInt, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { countedAddress } from '../base/counted-address.ts'
import { digestText } from '../base/digest.ts'
import type { Connection } from '../connections/connection.ts'
import { canonicalIn } from '../connections/identifier-rules.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { Caller } from '../logs/record-event.ts'
import type { UnauthenticatedEvents } from '../logs/unauthenticated-events.ts'
import { deleteUntil } from '../store/delete-until.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import type { Db, ResetCodesTable, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Site, Tenant } from '../tenants/tenant.ts'
import { insertResetTicket } from './insert-reset-ticket.ts'
import { countRequest, type RequestLimit } from './request-limit.ts'
import type { TicketData } from './tickets.ts'
import { userEvent } from './user-event.ts'

/** How long a code for a new password is valid, in seconds. */
export const code_lifetime_s = 600

/** How many codes may be tried for one that was sent. */
export const tries_per_code = 5

/** Codes that one address may try. */
const tries_per_address: RequestLimit = { kind: 'reset code/address', max: 50, window_ms: 600_000 }

// Time to choose a password, after the code has proven that the number is the user's.
const ticket_lifetime_s = 600

/** Who may choose a new password with a code: a user here, or a legacy user who has not moved. */
export type CodeRecipient = { user_id: string | null; legacy_id: string | null; phone_number: string }

type CodeKey = Pick<ResetCodesTable, 'tenant_id' | 'connection_id' | 'identifier_digest'>

const keyOf = (connection: Connection, typed: string): CodeKey => ({
  tenant_id: connection.tenant_id,
  connection_id: connection.connection_id,
  identifier_digest: digestText(JSON.stringify([connection.connection_id, canonicalIn(connection, typed)])),
})

/** The digest of a code, bound to the connection, the user and the number. Keyed: there are only a million codes. */
function digestOf(sealer: Pick<Sealer, 'fingerprint'>, code: string, row: CodeKey & CodeRecipient): string {
  const { tenant_id, connection_id, user_id, legacy_id, phone_number } = row
  return sealer.fingerprint(
    code,
    JSON.stringify(['reset code', tenant_id, connection_id, user_id, legacy_id, phone_number]),
  )
}

/** Makes a code of six digits for an identifier as typed, which replaces an earlier one, and returns it. The store has only its digest. */
export async function insertResetCode(
  trx: Transaction,
  deps: { clock: Clock; sealer: Pick<Sealer, 'fingerprint'> },
  input: { connection: Connection; typed: string; recipient: CodeRecipient; data: TicketData },
): Promise<{ code: string; created_at: number; expires_at: number }> {
  const { connection, typed, recipient, data } = input
  const created_at = deps.clock.now()
  const expires_at = created_at + code_lifetime_s * 1000
  const code = String(randomInt(0, 1_000_000)).padStart(6, '0')
  const key = keyOf(connection, typed)
  const columns = {
    ...recipient,
    code_digest: digestOf(deps.sealer, code, { ...key, ...recipient }),
    data: writeJson({ ...data, identifier: typed }),
    tries_left: tries_per_code,
    created_at,
    expires_at,
  }
  await trx
    .insertInto('reset_codes')
    .values({ ...key, ...columns })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'connection_id', 'identifier_digest']).doUpdateSet(columns),
    )
    .execute()
  return { code, created_at, expires_at }
}

/** Dependencies of `redeemResetCode`. */
export type RedeemResetCodeDeps = {
  db: Db
  clock: Clock
  sealer: Pick<Sealer, 'fingerprint'>
  site: Site
  unauthenticated_events: UnauthenticatedEvents
}

/** A code that a user typed, with the identifier that it was requested for, and the connections in which it may be valid. */
export type TypedCode = {
  tenant: Tenant
  connections: readonly Connection[]
  identifier: string
  code: string
  caller: Caller
}

/** The digits of a code as typed: blanks and hyphens between them are ignored. */
const digitsOf = (code: string): string | undefined =>
  /^\d{6}$/.exec(
    code
      .slice(0, 20)
      .normalize('NFKC')
      .replaceAll(/[\s\p{Pd}]/gu, ''),
  )?.[0]

/** Takes one of the tries of the code that is open for an identifier, before it is compared: at most five are, also at once. */
async function takeTry({ db, clock }: RedeemResetCodeDeps, key: CodeKey): Promise<ResetCodesTable | undefined> {
  return await db
    .updateTable('reset_codes')
    .set((row) => ({ tries_left: row('tries_left', '-', 1) }))
    .where('tenant_id', '=', key.tenant_id)
    .where('connection_id', '=', key.connection_id)
    .where('identifier_digest', '=', key.identifier_digest)
    .where('tries_left', '>', 0)
    .where('expires_at', '>', clock.now())
    .returningAll()
    .executeTakeFirst()
}

/** Uses a right code, and makes the ticket with which the user chooses the password. Of several uses at once, one succeeds. */
async function useCode(
  deps: RedeemResetCodeDeps,
  { tenant, identifier }: TypedCode,
  connection: Connection,
  row: ResetCodesTable,
): Promise<string> {
  return await inTransaction(deps.db, async (trx) => {
    await trx
      .deleteFrom('reset_codes')
      .where('tenant_id', '=', row.tenant_id)
      .where('connection_id', '=', row.connection_id)
      .where('identifier_digest', '=', row.identifier_digest)
      .where('code_digest', '=', row.code_digest)
      .returning('code_digest')
      .executeTakeFirstOrThrow(() => new Refusal('reset_code_invalid'))
    const { user_id, legacy_id, phone_number } = row
    const { link } = await insertResetTicket(trx, deps, {
      tenant,
      connection,
      recipient: { user_id, legacy_id, phone_number },
      typed: identifier,
      through: 'reset_request',
      data: readJson<TicketData>(row.data),
      lifetime_s: ticket_lifetime_s,
    })
    return link
  })
}

/**
 * Exchanges a code from a text message for the link to choose a new password, in the first connection in which it is valid. It takes one try
 * of the code that is open in each connection, also where one is named twice.
 *
 * @throws {Refusal} `reset_code_invalid` for a wrong, used, expired or unknown code, and after five tries; `too_many_requests`
 */
export async function redeemResetCode(deps: RedeemResetCodeDeps, typed: TypedCode): Promise<string> {
  const { tenant, identifier, caller } = typed
  const connections = [...new Map(typed.connections.map((each) => [each.connection_id, each])).values()]
  try {
    const code = digitsOf(typed.code)
    if (code === undefined) throw new Refusal('reset_code_invalid')
    const count = await countRequest(deps, tenant.tenant_id, tries_per_address, countedAddress(caller.ip))
    if (count !== 'within') {
      throw new Refusal('too_many_requests', { retry_after_s: tries_per_address.window_ms / 1000 })
    }
    for (const connection of connections) {
      const row = await takeTry(deps, keyOf(connection, identifier))
      const digest = row && digestOf(deps.sealer, code, row)
      const is_right = row && timingSafeEqual(Buffer.from(String(digest)), Buffer.from(row.code_digest))
      if (is_right) return await useCode(deps, typed, connection, row)
    }
    throw new Refusal('reset_code_invalid')
  } catch (error) {
    if (error instanceof Refusal) {
      for (const connection of connections) {
        const event = { ...userEvent({ connection, caller }, identifier), type: 'fcp' as const, caller }
        await deps.unauthenticated_events.record(tenant.tenant_id, { ...event, description: error.message })
      }
    }
    throw error
  }
}

/** Deletes expired codes of a tenant, and returns their number: at most 500. */
export async function purgeResetCodes(db: Db, tenant_id: string, now: number): Promise<number> {
  return await deleteUntil(db, tenant_id, { table: 'reset_codes', column: 'expires_at' }, now)
}
