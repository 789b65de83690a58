import pg from 'pg'
import type { LegacyStore } from './legacy-store.ts'

/** Runs one statement in the legacy store, directly and not through Wherry, and answers its rows. */
export async function queryLegacyStore<Row extends pg.QueryResultRow>(store: LegacyStore, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: store.url })
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

/** A digest of all rows of the legacy table. */
export async function legacyTableDigest(store: LegacyStore): Promise<string> {
  const [row] = await queryLegacyStore<{ digest: string }>(
    store,
    "select md5(string_agg(users::text, ',' order by id)) as digest from users",
  )
  return row?.digest ?? ''
}
