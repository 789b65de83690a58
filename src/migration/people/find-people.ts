/**
 * People: one person on both sides, as a help desk needs it. It finds the migration record and the user; what else is known of them is read
 * by the callers.
 */
import { canonicalIdentifier } from '../../base/canonical-identifier.ts'
import type { Connection } from '../../connections/connection.ts'
import { canonicalIn } from '../../connections/identifier-rules.ts'
import type { Db, MigrationRecordsTable } from '../../store/tables.ts'
import { userById, type User } from '../../users/user.ts'
import { recordByLegacyId, recordsByIdentifier, recordsByIds, recordsOfUser } from '../find-records.ts'
import { readLegacyId } from '../legacy-id.ts'
import { recordWithHistory } from '../list-records.ts'

/** A person: a legacy user with a record, a user, or both. */
export type FoundPerson = { record?: Awaited<ReturnType<typeof recordWithHistory>>; user?: User }

/** What a person is searched by: texts as they were typed, and user ids. */
export type PersonSearch = { texts: readonly string[]; user_ids: readonly string[] }

const people_max = 20

async function usersByIdentifier(
  db: Db,
  { tenant_id, connection_id }: Connection,
  values: string[],
): Promise<string[]> {
  const rows = await db
    .selectFrom('user_identifiers')
    .select('user_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('value', 'in', values)
    .execute()
  return [...new Set(rows.map(({ user_id }) => user_id))]
}

/** The records whose identifier another record has in the ledger, because several rows of the directory have it. */
async function recordsSharing(
  db: Db,
  { tenant_id, connection_id }: Connection,
  values: string[],
): Promise<MigrationRecordsTable[]> {
  return await db
    .selectFrom('directory_shared_identifiers')
    .innerJoin('migration_records', (join) =>
      join
        .onRef('migration_records.tenant_id', '=', 'directory_shared_identifiers.tenant_id')
        .onRef('migration_records.connection_id', '=', 'directory_shared_identifiers.connection_id')
        .onRef('migration_records.record_id', '=', 'directory_shared_identifiers.record_id'),
    )
    .selectAll('migration_records')
    .where('directory_shared_identifiers.tenant_id', '=', tenant_id)
    .where('directory_shared_identifiers.connection_id', '=', connection_id)
    .where('directory_shared_identifiers.identifier', 'in', values)
    .limit(people_max)
    .execute()
}

/** The legacy ids that a text may be: as it is, and in the namespace of the connection. */
function legacyIdsOf({ options }: Connection, text: string): string[] {
  const ids = [undefined, options.id_namespace].flatMap((namespace) => {
    const read = readLegacyId(text, namespace)
    return 'id' in read ? [read.id] : []
  })
  return [...new Set(ids)]
}

/**
 * The people of a connection who are known by one of the texts, which may be an identifier, a legacy id, a user id or a record id, or who are one of the
 * users: at most 20. The text of an identifier must be the whole one.
 */
export async function findPeople(db: Db, connection: Connection, search: PersonSearch): Promise<FoundPerson[]> {
  const { tenant_id, connection_id } = connection
  const { texts } = search
  const identifiers = [...new Set(texts.flatMap((text) => [canonicalIn(connection, text), canonicalIdentifier(text)]))]
  const legacy_ids = texts.flatMap((text) => legacyIdsOf(connection, text))
  const records = new Map<string, MigrationRecordsTable>()
  const add = (found: readonly (MigrationRecordsTable | undefined)[]): void => {
    for (const record of found) if (record) records.set(record.record_id, record)
  }
  if (texts.length > 0) add(await recordsByIds(db, connection, texts))
  add(await Promise.all(legacy_ids.map((legacy_id) => recordByLegacyId(db, connection, legacy_id))))
  if (identifiers.length > 0) {
    add(await recordsByIdentifier(db, connection, identifiers))
    add(await recordsSharing(db, connection, identifiers))
  }
  const user_ids = new Set([
    ...search.user_ids,
    ...legacy_ids.map((legacy_id) => `auth0|${legacy_id}`),
    ...(identifiers.length === 0 ? [] : await usersByIdentifier(db, connection, identifiers)),
    ...[...records.values()].flatMap(({ user_id }) => user_id ?? []),
  ])
  const found = await Promise.all([...user_ids].map((user_id) => userById(db, tenant_id, user_id)))
  const users = found.filter((user): user is User => user?.connection_id === connection_id)
  for (const { user_id } of users) {
    const own = await recordsOfUser(db, tenant_id, user_id)
    add(own.filter((record) => record.connection_id === connection_id))
  }
  const listed = await Promise.all(
    [...records.keys()]
      .slice(0, people_max)
      .map((record_id) => recordWithHistory(db, tenant_id, connection_id, record_id)),
  )
  const people: FoundPerson[] = listed.map((record) => {
    const user = users.find(({ user_id }) => user_id === record.user_id)
    return user ? { record, user } : { record }
  })
  const without_record = users.filter(({ user_id }) => !listed.some((record) => record.user_id === user_id))
  return [...people, ...without_record.map((user) => ({ user }))].slice(0, people_max)
}

/**
 * The person of a record or of a user; undefined where the connection has no such user.
 *
 * @throws {Refusal} `inexistent_migration_record`
 */
export async function findPerson(
  db: Db,
  connection: Connection,
  { record_id, user_id }: { record_id?: string; user_id?: string },
): Promise<FoundPerson | undefined> {
  const { tenant_id, connection_id } = connection
  if (record_id === undefined) {
    const user = user_id === undefined ? undefined : await userById(db, tenant_id, user_id)
    return user?.connection_id === connection_id ? { user } : undefined
  }
  const record = await recordWithHistory(db, tenant_id, connection_id, record_id)
  const user = record.user_id === undefined ? undefined : await userById(db, tenant_id, record.user_id)
  return { record, ...(user && { user }) }
}
