import type { Connection } from '../../connections/connection.ts'
import { userIdOf, userWithEmail, type ExistingUser, type Found } from './find-imported.ts'
import type { ImportRow, RowError } from './import-row.ts'

/** What becomes of a row. */
export type RowPlan =
  | { kind: 'insert' }
  | { kind: 'update'; user: ExistingUser }
  /** The user has moved here, or was deleted here. */
  | { kind: 'skip'; reason: 'moved' | 'deleted' }
  | { kind: 'refuse'; error: RowError }

const refuse = (code: RowError['code'], message: string, path: string): RowPlan => ({
  kind: 'refuse',
  error: { code, message, path },
})

/** Whether the user moved here by a login or a reset, and not by an import. */
function hasMoved(found: Found, user_id: string): boolean {
  const record = found.records.get(user_id.slice('auth0|'.length))
  return record?.state === 'migrated' && record.migrated_through !== 'import'
}

function planExisting(found: Found, user: ExistingUser, upsert: boolean): RowPlan {
  if (upsert) return { kind: 'update', user }
  if (hasMoved(found, user.user_id)) return { kind: 'skip', reason: 'moved' }
  return refuse('DUPLICATED_USER', 'The user already exists.', '')
}

/** An identifier that this user cannot get: another user of the connection has it, or a decision reserves it. */
function planNew(found: Found, row: ImportRow): RowPlan {
  const own = found.records.get(row.profile.legacy_id)?.record_id
  for (const { kind, value } of row.identifiers) {
    const reserved_for = found.reserved.get(value)
    if (reserved_for !== undefined && reserved_for !== own) {
      const message = `A decision reserves the ${kind} for another legacy user: that of the record ${reserved_for}`
      return refuse(kind === 'username' ? 'CONFLICT_USERNAME' : 'CONFLICT_EMAIL', message, kind)
    }
    const held = found.identifiers.get(value)
    if (!held || (held.kind === 'username') !== (kind === 'username')) continue
    const code = kind === 'username' ? 'CONFLICT_USERNAME' : 'CONFLICT_EMAIL'
    return refuse(code, `The ${kind} belongs to another user of this connection: ${held.user_id}`, kind)
  }
  return { kind: 'insert' }
}

/** Decides what becomes of a row by what the store has. */
export function planRow(connection: Connection, found: Found, row: ImportRow, upsert: boolean): RowPlan {
  const by_id = found.users.get(userIdOf(row))
  if (by_id && by_id.connection_id !== connection.connection_id) {
    const message = `The id ${row.profile.legacy_id} belongs to a user of another connection. Set options.id_namespace on one of the two.`
    return refuse('CONFLICT', message, 'user_id')
  }
  if (!by_id && found.records.get(row.profile.legacy_id)?.state === 'deleted')
    return { kind: 'skip', reason: 'deleted' }
  const holder = userWithEmail(found, row)
  const by_email = holder === undefined ? undefined : found.users.get(holder)
  if (by_id && by_email && by_id.user_id !== by_email.user_id) {
    return refuse(
      'CONFLICT_EMAIL',
      `The email belongs to another user of this connection: ${by_email.user_id}`,
      'email',
    )
  }
  if (by_id) return planExisting(found, by_id, upsert)
  if (by_email && row.has_id) {
    // A user with another id may be another person.
    const message = `The email belongs to another user of this connection: ${by_email.user_id}`
    return refuse(upsert ? 'CONFLICT_EMAIL' : 'DUPLICATED_USER', message, 'email')
  }
  return by_email ? planExisting(found, by_email, upsert) : planNew(found, row)
}
