import { sql, type RawBuilder } from 'kysely'
import type { DecisionKind } from '../../contract/decision.ts'
import type { ConnectionKey } from '../find-records.ts'
import { unmoved_states } from '../finish/not-moved.ts'

/** The decisions of which a legacy user never gets the identifiers that the legacy store has. */
export const without_identifiers = ['exclude', 'rename', 'alias'] as const satisfies DecisionKind[]

/**
 * The ids of the records of users who have not moved and have an identifier of another user of the directory, also in other letters: one of them
 * can get it. Those of whom a decision says that they do not get their identifiers do not count, nor do users who are gone from the directory.
 */
export function sharedRecordIds({ tenant_id, connection_id }: ConnectionKey): RawBuilder<string> {
  const of = (table: string) =>
    sql`${sql.ref(`${table}.tenant_id`)} = ${tenant_id} and ${sql.ref(`${table}.connection_id`)} = ${connection_id}`
  // Cross joins, because SQLite keeps their order: the few shared identifiers come first.
  return sql<string>`
    with holders as (
      select identifier, record_id from directory_shared_identifiers where ${of('directory_shared_identifiers')}
      union all
      select own.identifier, own.record_id
      from (select distinct identifier from directory_shared_identifiers where ${of('directory_shared_identifiers')}) as shared
      cross join migration_identifiers as own
      where ${of('own')} and own.identifier = shared.identifier
    ), claims as (
      select holders.identifier, holders.record_id, holder.state
      from holders
      cross join migration_records as holder
      left join directory_rows as row_of on ${of('row_of')} and row_of.record_id = holders.record_id
      left join record_decisions as made on ${of('made')} and made.record_id = holders.record_id
      where ${of('holder')} and holder.record_id = holders.record_id and holder.state <> 'deleted'
        and (holder.state = 'migrated' or row_of.gone_at is null)
        and (made.kind is null or made.kind not in (${sql.join(without_identifiers)}))
    )
    select record_id from claims
    where state in (${sql.join(unmoved_states)})
      and identifier in (select identifier from claims group by identifier having count(distinct record_id) > 1)`
}
