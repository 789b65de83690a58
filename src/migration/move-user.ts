import { canonicalIdentifier } from '../base/canonical.ts'
import type { Clock } from '../base/clock.ts'
import type { JsonObject } from '../base/json.ts'
import type { Connection } from '../connections/connection.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { PasswordHash } from '../passwords/passwords.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import { insertIdentifiers, insertUser } from '../users/insert-user.ts'
import { insertCredential, type NewCredential } from '../users/write-credential.ts'
import { fingerprintProfile } from './fingerprints.ts'
import { profileIdentifiers, type LegacyProfile } from './legacy-profile.ts'
import { observe, type Through } from './records.ts'

/** A person whom the legacy store vouches for, about to be moved. */
export type Move = {
  connection: Connection
  profile: LegacyProfile
  /** What the person typed, trimmed. */
  identifier: string
  /** Of the password typed at login, or chosen at a reset. */
  password_hash: PasswordHash
  through: Extract<Through, 'login' | 'reset_confirm'>
  /** The address of the login that moves; a reset moves without one. */
  ip?: string
  detail?: JsonObject
  /** Runs in the same transaction, once the user is written: log events, the ticket, the shield. */
  also?(trx: Transaction, user_id: string): Promise<void>
}

/** How a move ended. `alias`: the id is of a user of this connection already, whose own password decides. */
export type MoveResult =
  | { kind: 'moved'; user_id: string; drifted: string[] }
  | { kind: 'alias'; user_id: string }
  | { kind: 'tombstoned' }
  | { kind: 'collision'; message: string }

/** The parts that a move takes. */
export type MoveParts = { db: Db; clock: Clock; sealer: Sealer }

type Standing =
  | { kind: 'free' }
  | { kind: 'without_password'; user_id: string }
  | { kind: 'alias'; user_id: string }
  | { kind: 'tombstoned' }
  | { kind: 'collision'; message: string }

type OfLegacyId = { tenant_id: string; connection_id: string; legacy_id: string }

const stateOf = prepareQuery((db, { tenant_id, connection_id, legacy_id }: OfLegacyId) =>
  db
    .selectFrom('migration_records')
    .select('state')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('legacy_id', '=', legacy_id),
)

/** Whether a person of this legacy id was deleted here, and not let back in. */
export async function isTombstoned(db: Db, connection: Connection, legacy_id: string): Promise<boolean> {
  const { tenant_id, connection_id } = connection
  const { rows } = await stateOf(db, { tenant_id, connection_id, legacy_id })
  return rows[0]?.state === 'deleted'
}

const knownUser = prepareQuery((db, { tenant_id, user_id }: { tenant_id: string; user_id: string }) =>
  db
    .selectFrom('users')
    .leftJoin('credentials', (join) =>
      join.onRef('credentials.tenant_id', '=', 'users.tenant_id').onRef('credentials.user_id', '=', 'users.user_id'),
    )
    .select(['users.user_id', 'users.connection_id', 'credentials.set_at'])
    .where('users.tenant_id', '=', tenant_id)
    .where('users.user_id', '=', user_id),
)

async function standingOf(trx: Transaction, { connection, profile }: Move): Promise<Standing> {
  const { tenant_id, connection_id } = connection
  const { rows } = await knownUser(trx, { tenant_id, user_id: `auth0|${profile.legacy_id}` })
  const [known] = rows
  if (known && known.connection_id !== connection_id) {
    return {
      kind: 'collision',
      message: `The id ${profile.legacy_id} belongs to a user of another connection. Set options.id_namespace on one of the two, so that equal ids of two stores are two people.`,
    }
  }
  if (await isTombstoned(trx, connection, profile.legacy_id)) return { kind: 'tombstoned' }
  if (known) return { kind: known.set_at === null ? 'without_password' : 'alias', user_id: known.user_id }
  return { kind: 'free' }
}

const usersNamed = prepareQuery(
  (db, { tenant_id, connection_id, wanted }: { tenant_id: string; connection_id: string; wanted: string[] }) =>
    db
      .selectFrom('user_identifiers')
      .select(['kind', 'user_id'])
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where('value', 'in', wanted),
)

async function takenIdentifiers(trx: Transaction, move: Move, user_id: string): Promise<string[]> {
  const { tenant_id, connection_id } = move.connection
  const wanted = profileIdentifiers(move.profile).map(({ value }) => value)
  if (wanted.length === 0) return []
  const { rows } = await usersNamed(trx, { tenant_id, connection_id, wanted })
  return rows.filter((row) => row.user_id !== user_id).map((row) => row.kind)
}

function credentialOf({ password_hash, through }: Move): NewCredential {
  return { ...password_hash, set_through: through === 'login' ? 'login' : 'reset' }
}

async function writeUser(trx: Transaction, move: Move, at: number): Promise<string> {
  const { connection, profile, through } = move
  const { legacy_id, dropped: _dropped, ...fields } = profile
  const { user_id } = await insertUser(trx, {
    tenant_id: connection.tenant_id,
    connection_id: connection.connection_id,
    strategy: connection.strategy,
    identity_user_id: legacy_id,
    ...fields,
    at,
    ...(move.ip === undefined ? {} : { login: { ip: move.ip } }),
    last_password_reset: through === 'reset_confirm' ? at : null,
    identifiers: profileIdentifiers(profile),
    credential: credentialOf(move),
  })
  return user_id
}

// A profile that legacy mode cached: the person is known, only the password and the identifiers are missing.
async function completeUser(trx: Transaction, move: Move, user_id: string, at: number): Promise<void> {
  const { tenant_id, connection_id } = move.connection
  await insertIdentifiers(trx, tenant_id, connection_id, user_id, profileIdentifiers(move.profile))
  await insertCredential(trx, tenant_id, user_id, credentialOf(move), at)
  await trx
    .updateTable('users')
    .set((row) => ({
      updated_at: at,
      ...(move.ip === undefined ? {} : { last_login: at, last_ip: move.ip, logins_count: row('logins_count', '+', 1) }),
      ...(move.through === 'reset_confirm' ? { last_password_reset: at } : {}),
    }))
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .execute()
}

/** The identifiers to note in the ledger: what was typed, then what the profile says. */
export function observedIdentifiers(identifier: string, profile?: LegacyProfile): string[] {
  const named = profile ? profileIdentifiers(profile).map(({ value }) => value) : []
  return [...new Set([canonicalIdentifier(identifier), ...named])]
}

async function moveOnce(parts: MoveParts, move: Move): Promise<MoveResult> {
  return await inTransaction(parts.db, async (trx) => {
    const standing = await standingOf(trx, move)
    if (standing.kind === 'tombstoned' || standing.kind === 'collision' || standing.kind === 'alias') return standing
    const own_id = standing.kind === 'without_password' ? standing.user_id : ''
    const taken = await takenIdentifiers(trx, move, own_id)
    if (taken.length > 0) {
      return {
        kind: 'collision',
        message: `The ${taken.join(' and the ')} that the legacy store returned for id ${move.profile.legacy_id} belongs to another user of this connection.`,
      }
    }
    const at = parts.clock.now()
    const { tenant_id, connection_id } = move.connection
    let user_id = own_id
    if (standing.kind === 'free') user_id = await writeUser(trx, move, at)
    else await completeUser(trx, move, user_id, at)
    const observed = await observe(trx, {
      tenant_id,
      connection_id,
      at,
      identifiers: observedIdentifiers(move.identifier, move.profile),
      legacy_id: move.profile.legacy_id,
      email: move.profile.email,
      username: move.profile.username,
      through: move.through,
      outcome: 'moved',
      state: 'migrated',
      makes_record: true,
      user_id,
      fingerprints: {
        source: move.through === 'login' ? 'login' : 'get_user',
        fields: fingerprintProfile(parts.sealer, connection_id, move.profile),
      },
      ...(move.detail === undefined ? {} : { detail: move.detail }),
    })
    await move.also?.(trx, user_id)
    return { kind: 'moved', user_id, drifted: observed?.drifted ?? [] }
  })
}

/**
 * Moves a person exactly once: user, identity, identifiers, credential, counters and ledger in one
 * transaction. Of several moves of one person at once, one writes; the others find the user and answer
 * `alias`.
 */
export async function moveUser(parts: MoveParts, move: Move): Promise<MoveResult> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await moveOnce(parts, move)
    } catch (error) {
      // Somebody else wrote first; what they wrote decides now.
      if (attempt >= 5 || uniqueViolation(error) === undefined) throw error
    }
  }
}
