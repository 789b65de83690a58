import { setImmediate } from 'node:timers/promises'
import { sql, type SelectQueryBuilder } from 'kysely'
import { User as UserSchema } from '../contract/user.ts'
import type { Database, Db } from '../store/tables.ts'
import { document_columns, user_entries, type DocumentColumn } from './user-columns.ts'
import { identitiesOf, userFromRow, type User, type UserRow } from './user.ts'

/** A query for rows of `users`. */
export type UsersQuery = SelectQueryBuilder<Database, 'users', object>

/** Which documents of users to read. */
export type Documents = ReadonlySet<DocumentColumn>

/** All documents of users. */
export const all_documents: Documents = new Set(document_columns)

/** The names of the members that a user has by the contract. */
export const contract_members: ReadonlySet<string> = new Set(Object.keys(UserSchema.properties))

/** The documents in which members of users as the API shows them are, by their names. */
export function documentsOf(names: Iterable<string>): Documents {
  const found = new Set<DocumentColumn>()
  for (const name of names) {
    if (name === 'user_metadata' || name === 'app_metadata') found.add(name)
    else if (!contract_members.has(name)) found.add('extra')
  }
  return found
}

/** A row of a list. `bytes`: the size of its documents, which are empty in it where they are large. */
export type ListedRow = UserRow & { bytes: number }

// Larger documents are read one user at a time.
const small_bytes = 16_384

const isLarge = ({ bytes }: ListedRow): boolean => bytes > small_bytes

/** The bytes of the documents of these rows that were not read with them. */
export function unreadBytes(rows: readonly ListedRow[]): number {
  return rows.reduce((sum, row) => sum + (isLarge(row) ? row.bytes : 0), 0)
}

const columns = [
  ...user_entries.flatMap(([name, { type }]) => (type === 'object' ? [] : [name])),
  ...user_entries.flatMap(([, { canonical }]) => canonical ?? []),
  ...(['tenant_id', 'connection_id', 'linked_to'] as const),
].map((name) => `users.${name}` as const)

/** Reads the rows of a query: of their documents, those that are wanted and small. */
export async function readRows(query: UsersQuery, documents: Documents): Promise<ListedRow[]> {
  const sizes = [...documents].map((name) => sql`octet_length(${sql.ref(`users.${name}`)})`)
  const bytes = documents.size === 0 ? sql<number>`0` : sql<number>`${sql.join(sizes, sql` + `)}`
  const documentOf = (name: DocumentColumn) =>
    documents.has(name)
      ? sql<string>`case when ${bytes} > ${sql.lit(small_bytes)} then '{}' else ${sql.ref(`users.${name}`)} end`.as(
          name,
        )
      : sql<string>`'{}'`.as(name)
  const rows = await query
    .select(columns)
    .select([bytes.as('bytes'), ...document_columns.map(documentOf)])
    .execute()
  return rows
}

async function readWhole(db: Db, row: ListedRow, documents: Documents): Promise<UserRow | undefined> {
  const { tenant_id, user_id } = row
  const found = await db
    .selectFrom('users')
    .select([...documents])
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .executeTakeFirst()
  return found && { ...row, ...found }
}

/**
 * Builds users from rows, in the same order, in parts: users with small documents together, each other one alone, whose documents are read
 * then. Between the parts other work has its turn. A user who was deleted meanwhile is left out.
 */
export async function* usersInParts(
  db: Db,
  tenant_id: string,
  rows: readonly ListedRow[],
  documents: Documents,
): AsyncGenerator<User[]> {
  const identities = await identitiesOf(db, tenant_id, rows)
  const build = (row: UserRow): User => userFromRow(row, identities.get(row.user_id) ?? [])
  let small: User[] = []
  for (const row of rows) {
    if (!isLarge(row)) {
      small.push(build(row))
      continue
    }
    if (small.length > 0) yield small
    small = []
    await setImmediate()
    const whole = await readWhole(db, row, documents)
    if (whole) yield [build(whole)]
  }
  if (small.length > 0) yield small
}

/** The users of `usersInParts`, in one list. */
export async function usersOf(
  db: Db,
  tenant_id: string,
  rows: readonly ListedRow[],
  documents: Documents,
): Promise<User[]> {
  const users: User[] = []
  for await (const part of usersInParts(db, tenant_id, rows, documents)) users.push(...part)
  return users
}
