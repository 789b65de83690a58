import { canonicalIdentifier } from '../../base/canonical-identifier.ts'
import type { CredentialsTable, MigrationRecordsTable, Transaction } from '../../store/tables.ts'
import { reservedAmong } from '../decisions/decide-import-rows.ts'
import type { ConnectionKey } from '../find-records.ts'
import { isAddress } from '../profile-identifiers.ts'
import type { ImportRow } from './import-row.ts'

/** A user whom the store has. */
export type ExistingUser = {
  user_id: string
  connection_id: string
  logins_count: number
  credential: Pick<CredentialsTable, 'credential_id' | 'format' | 'set_through'> | undefined
}

/** An identifier that a user of the connection has. */
export type HeldIdentifier = { kind: string; value: string; user_id: string }

/** What the store has of the users of some rows, as read in the transaction that writes them. */
export type Found = {
  users: ReadonlyMap<string, ExistingUser>
  identifiers: ReadonlyMap<string, HeldIdentifier>
  /** By legacy id. */
  records: ReadonlyMap<string, MigrationRecordsTable>
  /** Identifiers in canonical form that the ledger knows. */
  recorded_identifiers: ReadonlySet<string>
  /** The records for which decisions reserve identifiers, by the identifier. */
  reserved: ReadonlyMap<string, string>
}

/** The root id of the user of a row. */
export const userIdOf = ({ profile }: ImportRow): string => `auth0|${profile.legacy_id}`

/** The identifiers of a row that the ledger has: those of the user, without a username that reads as an address. */
export function recordedIdentifiers({ identifiers }: ImportRow): string[] {
  return identifiers.filter(({ kind, value }) => kind !== 'username' || !isAddress(value)).map(({ value }) => value)
}

async function readIdentifiers(
  trx: Transaction,
  { tenant_id, connection_id }: ConnectionKey,
  values: string[],
): Promise<HeldIdentifier[]> {
  return await trx
    .selectFrom('user_identifiers')
    .select(['kind', 'value', 'user_id'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('value', 'in', values)
    .execute()
}

async function readRecorded(
  trx: Transaction,
  { tenant_id, connection_id }: ConnectionKey,
  values: string[],
): Promise<{ identifier: string }[]> {
  return await trx
    .selectFrom('migration_identifiers')
    .select('identifier')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('identifier', 'in', values)
    .execute()
}

/** Reads what the store has of the users of rows: a fixed number of queries. */
export async function findExisting(
  trx: Transaction,
  of: ConnectionKey & { has_decisions: boolean },
  rows: readonly ImportRow[],
): Promise<Found> {
  const { tenant_id, connection_id } = of
  const wanted = rows.flatMap(({ identifiers }) => identifiers.map(({ value }) => value))
  const identifiers = wanted.length === 0 ? [] : await readIdentifiers(trx, of, wanted)
  const ids = [...new Set([...rows.map(userIdOf), ...identifiers.map(({ user_id }) => user_id)])]
  const users = await trx
    .selectFrom('users')
    .leftJoin('credentials', (join) =>
      join.onRef('credentials.tenant_id', '=', 'users.tenant_id').onRef('credentials.user_id', '=', 'users.user_id'),
    )
    .select(['users.user_id', 'users.connection_id', 'users.logins_count'])
    .select(['credentials.credential_id', 'credentials.format', 'credentials.set_through'])
    .where('users.tenant_id', '=', tenant_id)
    .where('users.user_id', 'in', ids)
    .execute()
  const legacy_ids = ids.map((user_id) => user_id.slice('auth0|'.length))
  const records = await trx
    .selectFrom('migration_records')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('legacy_id', 'in', legacy_ids)
    .execute()
  const recorded = wanted.length === 0 ? [] : await readRecorded(trx, of, wanted)
  return {
    users: new Map(
      users.map(({ credential_id, format, set_through, ...user }) => [
        user.user_id,
        {
          ...user,
          credential:
            credential_id === null || format === null || set_through === null
              ? undefined
              : { credential_id, format, set_through },
        },
      ]),
    ),
    identifiers: new Map(identifiers.map((held) => [held.value, held])),
    records: new Map(records.map((record) => [record.legacy_id ?? '', record])),
    recorded_identifiers: new Set(recorded.map(({ identifier }) => identifier)),
    reserved: of.has_decisions ? await reservedAmong(trx, of, wanted) : new Map(),
  }
}

/** The user who has the e-mail address of a row, or undefined. */
export function userWithEmail(found: Found, { profile }: ImportRow): string | undefined {
  if (profile.email === null) return undefined
  const held = found.identifiers.get(canonicalIdentifier(profile.email))
  return held?.kind === 'email' ? held.user_id : undefined
}
