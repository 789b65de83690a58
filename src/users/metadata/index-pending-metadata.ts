import type { Transaction } from '../../store/tables.ts'
import { documentLeaf, insertLeaves } from './metadata-leaves.ts'

const users_at_once = 200

/**
 * Indexes the metadata of the next users of a tenant whose documents were written by a version without the index, and returns their number.
 * Until then searches read the documents of these users.
 */
export async function indexPendingMetadata(trx: Transaction, tenant_id: string): Promise<number> {
  const { path, kind, value } = documentLeaf('pending')
  const pending = await trx
    .selectFrom('metadata_leaves as leaf')
    .innerJoin('users', (join) =>
      join.onRef('users.tenant_id', '=', 'leaf.tenant_id').onRef('users.user_id', '=', 'leaf.user_id'),
    )
    .select(['users.tenant_id', 'users.user_id', 'users.user_metadata', 'users.app_metadata'])
    .where('leaf.tenant_id', '=', tenant_id)
    .where('leaf.path', '=', path)
    .where('leaf.kind', '=', kind)
    .where('leaf.value', '=', value)
    .orderBy('leaf.user_id')
    .limit(users_at_once)
    .execute()
  if (pending.length === 0) return 0
  await trx
    .deleteFrom('metadata_leaves')
    .where('tenant_id', '=', tenant_id)
    .where(
      'user_id',
      'in',
      pending.map(({ user_id }) => user_id),
    )
    .execute()
  await insertLeaves(trx, pending)
  return pending.length
}
