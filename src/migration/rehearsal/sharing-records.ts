import type { Db } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import { inChunks } from '../decisions/decided-records.ts'
import { without_identifiers } from '../decisions/shared-records.ts'

const shown_max = 10

/**
 * The records of other users of the directory who have one of these identifiers and have not moved, at most 10. Users who are gone, and those
 * whom a decision gives none of their identifiers, do not count.
 */
export async function sharingRecords(
  db: Db,
  { tenant_id, connection_id }: ConnectionKey,
  identifiers: readonly string[],
  own: readonly (string | null | undefined)[],
): Promise<string[]> {
  if (identifiers.length === 0) return []
  const found = await Promise.all(
    (['migration_identifiers', 'directory_shared_identifiers'] as const).map((table) =>
      db
        .selectFrom(table)
        .select('record_id')
        .where('tenant_id', '=', tenant_id)
        .where('connection_id', '=', connection_id)
        .where('identifier', 'in', identifiers)
        .execute(),
    ),
  )
  const ids = [...new Set(found.flat().map(({ record_id }) => record_id))].filter((id) => !own.includes(id))
  if (ids.length === 0) return []
  const rows = await inChunks(ids, (some) =>
    db
      .selectFrom('migration_records as record')
      .innerJoin('directory_rows as listed', (join) =>
        join
          .onRef('listed.tenant_id', '=', 'record.tenant_id')
          .onRef('listed.connection_id', '=', 'record.connection_id')
          .onRef('listed.record_id', '=', 'record.record_id'),
      )
      .leftJoin('record_decisions as decision', (join) =>
        join
          .onRef('decision.tenant_id', '=', 'record.tenant_id')
          .onRef('decision.connection_id', '=', 'record.connection_id')
          .onRef('decision.record_id', '=', 'record.record_id'),
      )
      .select('record.record_id')
      .where('record.tenant_id', '=', tenant_id)
      .where('record.connection_id', '=', connection_id)
      .where('record.record_id', 'in', some)
      .where('record.state', 'not in', ['migrated', 'deleted'])
      .where('listed.gone_at', 'is', null)
      .where(({ eb, or }) =>
        or([eb('decision.kind', 'is', null), eb('decision.kind', 'not in', [...without_identifiers])]),
      )
      .execute(),
  )
  return rows.map(({ record_id }) => record_id).slice(0, shown_max)
}
