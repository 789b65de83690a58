// A directory of a connection, written into the store as a load writes it.
import { canonicalIdentifier } from '../../src/base/canonical-identifier.ts'
import { addToCounter } from '../../src/store/connection-counters.ts'
import { countRow, noDelta, writeDelta } from '../../src/store/directory-counters.ts'
import type { DirectoryRowsTable } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import type { TestServer } from '../support/test-server.ts'

/** A user of a directory; `legacy_id` is null where the row has no usable id. */
export type ListedUser = { legacy_id: string | null } & Partial<
  Pick<DirectoryRowsTable, 'email' | 'username' | 'problem' | 'gone_at' | 'hash_form' | 'given_legacy_id'>
>

/** Writes the rows and records of a directory, with their identifiers. Answers the ids of the records, in the order of the users. */
export async function fillDirectory(
  server: TestServer,
  connection_id: string,
  users: readonly ListedUser[],
): Promise<string[]> {
  const { db, tenant_id } = server.internals
  const of = { tenant_id, connection_id }
  const ids = users.map((_, nth) => `mrc_listed${String(nth).padStart(7, '0')}`)
  const taken = new Set<string>()
  const at = Date.now()
  for (let start = 0; start < users.length; start += 200) {
    const chunk = users.slice(start, start + 200).map((user, nth) => ({ ...user, record_id: ids[start + nth] ?? '' }))
    const identifiers = chunk.flatMap(({ record_id, email, username }) =>
      [email, username].flatMap((text) =>
        typeof text === 'string' && text !== '' ? [{ ...of, record_id, identifier: canonicalIdentifier(text) }] : [],
      ),
    )
    const first = identifiers.filter(({ identifier }) => !taken.has(identifier) && taken.add(identifier))
    const shared = identifiers.filter((each) => !first.includes(each))
    await db
      .insertInto('migration_records')
      .values(
        chunk.map(({ record_id, legacy_id, email = null, username = null }) => ({
          ...of,
          record_id,
          legacy_id,
          email,
          username,
          state: legacy_id === null ? 'refused' : 'unseen',
          fingerprints: '{}',
          created_at: at,
          updated_at: at,
        })),
      )
      .execute()
    await db
      .insertInto('directory_rows')
      .values(
        chunk.map(({ record_id, legacy_id, ...row }) => ({
          ...of,
          record_id,
          row_key: legacy_id === null ? `row:${record_id}` : `id:${legacy_id}`,
          given_legacy_id: legacy_id,
          disabled: 0 as const,
          has_hash: 0 as const,
          digest: '',
          load_id: 'dld_test',
          ...row,
        })),
      )
      .execute()
    if (first.length > 0) await db.insertInto('migration_identifiers').values(first).execute()
    if (shared.length > 0) await db.insertInto('directory_shared_identifiers').values(shared).execute()
  }
  const delta = noDelta()
  for (const { gone_at = null, problem = null } of users) {
    countRow(delta, { gone_at, problem, disabled: 0, has_hash: 0 }, 1)
  }
  const refused = users.filter(({ legacy_id }) => legacy_id === null).length
  await inTransaction(db, async (trx) => {
    await addToCounter(trx, tenant_id, connection_id, 'state:refused', refused)
    await addToCounter(trx, tenant_id, connection_id, 'state:unseen', users.length - refused)
    await writeDelta(trx, of, delta)
  })
  return ids
}
