// Invariants between the tables, which hold at any moment, also after a kill.

/** Runs one statement and answers its rows. */
export type Query = (text: string) => Promise<Record<string, unknown>[]>

const joined = (table: string, ...columns: string[]): string =>
  ['tenant_id', ...columns].map((column) => `${table}.${column} = main.${column}`).join(' and ')

// Each selects the violations of one invariant; `main` is the row that lacks something.
const invariants: Record<string, string> = {
  'users without identity': `select main.user_id as who from users main where main.linked_to is null and not exists
    (select 1 from identities i where ${joined('i', 'user_id', 'connection_id')})`,
  'identities without user': `select main.user_id as who from identities main where not exists
    (select 1 from users u where ${joined('u', 'user_id')})`,
  'users without credential': `select main.user_id as who from users main where not exists
    (select 1 from credentials c where ${joined('c', 'user_id')})`,
  'credentials without user': `select main.user_id as who from credentials main where not exists
    (select 1 from users u where ${joined('u', 'user_id')})`,
  'users without their address as identifier': `select main.user_id as who from users main
    where main.linked_to is null and not exists (select 1 from user_identifiers i where ${joined('i', 'user_id')} and i.value = main.email_lower)`,
  'identifiers without user': `select main.user_id as who from user_identifiers main where not exists
    (select 1 from users u where ${joined('u', 'user_id')})`,
  'migrated records without user': `select main.record_id as who from migration_records main
    where main.state = 'migrated' and not exists (select 1 from users u where ${joined('u', 'user_id')})`,
  'legacy users without migrated record': `select main.user_id as who from identities main
    where main.identity_user_id like 'legacy-%' and not exists (select 1 from migration_records r
      where ${joined('r', 'user_id', 'connection_id')} and r.state = 'migrated')`,
  'deleted records with user': `select main.record_id as who from migration_records main
    where main.state = 'deleted' and exists (select 1 from identities i
      where ${joined('i', 'connection_id')} and i.identity_user_id = main.legacy_id)`,
  'records without history': `select main.record_id as who from migration_records main where not exists
    (select 1 from migration_events e where ${joined('e', 'record_id')} and e.to_state = main.state)`,
  'history without record': `select main.record_id as who from migration_events main where not exists
    (select 1 from migration_records r where ${joined('r', 'record_id')})`,
  'record identifiers without record': `select main.record_id as who from migration_identifiers main where not exists
    (select 1 from migration_records r where ${joined('r', 'record_id')})`,
  'refresh tokens without family': `select main.token_digest as who from refresh_tokens main where not exists
    (select 1 from token_families f where ${joined('f', 'family_id')})`,
  'families without exactly one token to use': `select main.family_id as who from token_families main
    where (select count(*) from refresh_tokens t where ${joined('t', 'family_id')} and t.rotated_at is null) <> 1`,
  'families without user': `select main.family_id as who from token_families main
    where main.revoked_at is null and not exists (select 1 from users u where ${joined('u', 'user_id')})`,
  'used reset links without changed password': `select main.email as who from tickets main
    where main.kind = 'password_change' and main.used_at is not null and not exists (select 1 from log_events l
      where l.tenant_id = main.tenant_id and l.type = 'scp' and l.user_name = main.email and l.date = main.used_at)`,
  'changed passwords without used reset link': `select main.user_name as who from log_events main
    where main.type = 'scp' and exists (select 1 from users u where ${joined('u', 'user_id')}) and not exists
      (select 1 from tickets t where t.tenant_id = main.tenant_id and t.email = main.user_name and t.used_at = main.date)`,
  'reset passwords without log event': `select main.user_id as who from credentials main
    where main.set_through = 'reset' and not exists
      (select 1 from log_events l where ${joined('l', 'user_id')} and l.type = 'scp'
        and l.date between main.set_at and main.set_at + 60000)`,
  'users whose logins are not those of the log': `select main.user_id as who from users main
    where main.logins_count <> (select count(*) from log_events l where ${joined('l', 'user_id')} and l.type = 's'
      and l.date >= main.created_at)`,
  'counters of users that do not count': `select main.connection_id as who from connections main
    where (select coalesce(sum(c.value), 0) from connection_counters c
        where ${joined('c', 'connection_id')} and c.counter = 'users')
      <> (select count(*) from users u where ${joined('u', 'connection_id')} and u.linked_to is null)`,
  'counters of states that do not count': `select main.counter as who from
    (select tenant_id, connection_id, counter, sum(value) as total from connection_counters
      where counter not in ('users', 'unknown_logins') and counter not like 'directory:%' group by tenant_id, connection_id, counter) main
    where main.total <> (select count(*) from migration_records r
      where ${joined('r', 'connection_id')} and main.counter = 'state:' || r.state)`,
  'days that do not count the moves': `select main.state as who from
    (select tenant_id, connection_id, state, sum(value) as total from migration_days
      where state <> 'latecomer' group by tenant_id, connection_id, state) main
    where main.total <> (select count(*) from migration_events e where ${joined('e', 'connection_id')}
      and e.to_state = main.state and (e.from_state is null or e.from_state <> e.to_state))`,
  'directory rows without record': `select main.record_id as who from directory_rows main where not exists
    (select 1 from migration_records r where ${joined('r', 'connection_id', 'record_id')})`,
  'hashes of the directory that outlived a move or a deletion': `select main.record_id as who from directory_rows main
    join migration_records r on ${joined('r', 'connection_id', 'record_id')}
    where r.state in ('migrated', 'deleted') and (main.hash is not null or main.profile is not null or main.has_hash = 1)`,
  'counters of the directory that do not count': `select main.counter as who from
    (select tenant_id, connection_id, counter, sum(value) as total from connection_counters
      where counter like 'directory:%' group by tenant_id, connection_id, counter) main
    where main.total <> (select count(*) from directory_rows d where ${joined('d', 'connection_id')}
      and case main.counter when 'directory:gone' then d.gone_at is not null when 'directory:disabled' then d.disabled = 1
        when 'directory:with_hash' then d.has_hash = 1 when 'directory:problems' then d.problem is not null
        else main.counter = 'directory:records' end)`,
  'shared identifiers that no record holds': `select main.identifier as who from directory_shared_identifiers main
    where not exists (select 1 from migration_identifiers i where ${joined('i', 'connection_id', 'identifier')})`,
  'mail without the ticket that its link needs': `select main.message_id as who from outbox main
    where not exists (select 1 from tickets t where t.tenant_id = main.tenant_id and t.expires_at = main.expires_at)
      and not exists (select 1 from log_events l where l.tenant_id = main.tenant_id and l.type = 'sdu')`,
}

/** Answers every violation in the store, as `invariant: row`. */
export async function integrityFaults(query: Query): Promise<string[]> {
  const found: string[] = []
  for (const [invariant, text] of Object.entries(invariants)) {
    for (const { who } of await query(text)) found.push(`${invariant}: ${String(who)}`)
  }
  return found
}
