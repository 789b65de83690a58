// What a help desk sees of one person and may do for them, by the Management API and by commands.
import type { Clock } from '../base/clock.ts'
import { defined } from '../base/defined.ts'
import { isoTime } from '../base/time.ts'
import { runsScript } from '../connections/script-matrix.ts'
import type { Connection } from '../connections/connection.ts'
import type { LegacyAnswer, Person, PersonKey } from '../contract/people.ts'
import { Refusal, invalidBody } from '../contract/refusal.ts'
import { inspectPerson } from '../login/inspect-person.ts'
import type { SendResetDeps } from '../login/request-reset.ts'
import { sendPersonLink } from '../login/send-person-link.ts'
import { listBlocks, liftBlocks, namesOfUser, type LockedNames } from '../login/user-blocks.ts'
import { attemptByReference, listAttempts, type LoggedAttempt } from '../logs/list-attempts.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import { findPeople, findPerson, type FoundPerson, type PersonSearch } from '../migration/people/find-people.ts'
import type { LegacyStore } from '../migration/legacy-store.ts'
import type { Db } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { isBlocked, type User } from '../users/user.ts'
import { showAttempt } from './show-attempt.ts'

/** Dependencies of operations on one person. */
export type PeopleDeps = SendResetDeps & { db: Db; clock: Clock; legacy: Pick<LegacyStore, 'runGetUser'> }

const reference_form = /^[2-9A-HJ-NP-Z]{8}$/

/** The failure whose reference code this is: on this connection, or before the connection was known. */
async function attemptOf(db: Db, connection: Connection, q: string): Promise<LoggedAttempt | undefined> {
  const reference = q.trim().toUpperCase()
  if (!reference_form.test(reference)) return undefined
  const attempt = await attemptByReference(db, connection.tenant_id, reference)
  const is_of_connection = [null, connection.connection_id].includes(attempt?.connection_id ?? null)
  return is_of_connection ? attempt : undefined
}

function searchOf(q: string, attempt: LoggedAttempt | undefined): PersonSearch {
  const typed = q.trim()
  if (!attempt) return { texts: [typed], user_ids: [typed] }
  const { user_name, user_id } = attempt
  return { texts: user_name === null ? [] : [user_name], user_ids: user_id === null ? [] : [user_id] }
}

function showUser(user: User): NonNullable<Person['user']> {
  const { user_id, email, email_verified, username, phone_number, name, logins_count, arrived_through } = user
  return {
    user_id,
    email_verified,
    blocked: isBlocked(user),
    created_at: isoTime(user.created_at),
    logins_count,
    ...defined({
      email: email ?? undefined,
      username: username ?? undefined,
      phone_number: phone_number ?? undefined,
      name: name ?? undefined,
      last_login: user.last_login === null ? undefined : isoTime(user.last_login),
      arrived_through: arrived_through ?? undefined,
    }),
  }
}

/** The names under which the attempts of a person are counted. */
async function namesOf(db: Db, connection: Connection, { record, user }: FoundPerson): Promise<LockedNames> {
  const own = user && (await namesOfUser(db, connection, user.user_id))
  const legacy_ids = own !== undefined && 'legacy_ids' in own ? own.legacy_ids : []
  return {
    identifiers: [...new Set([...(own?.identifiers ?? []), ...(record?.identifiers ?? [])])],
    connection,
    legacy_ids: [...new Set([...legacy_ids, ...(record?.legacy_id === undefined ? [] : [record.legacy_id])])],
  }
}

/** The address on record. That of a person who has not moved may only have been typed: no link is sent unless `get_user` returns it. */
function linkAddress({ record, user }: FoundPerson): string | undefined {
  if (user) return user.email ?? undefined
  return record?.email ?? record?.identifiers.find((identifier) => identifier.includes('@'))
}

async function showPerson(
  { db, clock }: PeopleDeps,
  { tenant, connection }: { tenant: Tenant; connection: Connection },
  found: FoundPerson,
  typed: readonly string[],
): Promise<Person> {
  const { record, user } = found
  const names = await namesOf(db, connection, found)
  const user_ids = user ? [user.user_id] : record?.legacy_id === undefined ? [] : [`auth0|${record.legacy_id}`]
  const attempts = await listAttempts(db, tenant.tenant_id, { user_ids, names: [...typed, ...names.identifiers] })
  return {
    attempts: attempts.map((attempt) => showAttempt(tenant, attempt)),
    locks: await listBlocks(db, clock, tenant, names),
    ...defined({ record, user: user && showUser(user), link_address: linkAddress(found) }),
  }
}

function requireLegacyStore(connection: Connection): void {
  if (connection.mode !== 'local' && runsScript(connection, 'reset_request', 'get_user')) return
  const message = "Query validation error: 'The connection runs no get_user script' on property include_legacy_profile."
  throw new Refusal('invalid_query_string', { message })
}

/** @throws {Refusal} `invalid_body`, `inexistent_user`, `inexistent_migration_record` */
async function personOf(
  db: Db,
  connection: Connection,
  key: { record_id?: string; user_id?: string },
): Promise<FoundPerson> {
  if ((key.record_id === undefined) === (key.user_id === undefined)) throw invalidBody('Send record_id or user_id')
  const found = await findPerson(db, connection, key)
  if (!found) throw new Refusal('inexistent_user')
  return found
}

/** The connection of a person, and its tenant. */
export type PeopleOf = { tenant: Tenant; connection: Connection }

/**
 * The people of a connection whom a text names, and what the legacy store says of the first one.
 *
 * @throws {Refusal} `invalid_query_string` where the legacy profile is wanted and no script looks it up
 */
export async function searchPeople(
  deps: PeopleDeps,
  { tenant, connection }: PeopleOf,
  { q, include_legacy_profile = false }: { q: string; include_legacy_profile?: boolean | undefined },
): Promise<{ people: Person[]; legacy?: LegacyAnswer }> {
  if (include_legacy_profile) requireLegacyStore(connection)
  const attempt = await attemptOf(deps.db, connection, q)
  const search = searchOf(q, attempt)
  const found = await findPeople(deps.db, connection, search)
  const people = await Promise.all(
    found.map((person) => showPerson(deps, { tenant, connection }, person, search.texts)),
  )
  // A failure of a person who is unknown is still the one to show.
  if (attempt && people.length === 0) people.push({ attempts: [showAttempt(tenant, attempt)], locks: [] })
  if (!include_legacy_profile) return { people }
  const [first] = found
  const identifier = first?.record?.email ?? first?.record?.username ?? first?.user?.email ?? search.texts[0]
  return identifier === undefined ? { people } : { people, legacy: await inspectPerson(deps, connection, identifier) }
}

/** Unlocks the logins of a person. @throws {Refusal} `invalid_body`, `inexistent_user`, `inexistent_migration_record` */
export async function unlockPerson(
  { db, clock }: PeopleDeps,
  { tenant, connection }: PeopleOf,
  key: PersonKey,
  caller: Caller,
): Promise<void> {
  const names = await namesOf(db, connection, await personOf(db, connection, key))
  await liftBlocks(db, tenant.tenant_id, names)
  await recordEvent(db, tenant.tenant_id, clock.now(), {
    type: 'ublkdu',
    description: 'User unblocked',
    connection_id: connection.connection_id,
    connection: connection.name,
    user_name: names.identifiers[0] ?? '',
    caller,
  })
}

/**
 * Mails a link for a new password to the address on record of a person, and returns the address.
 *
 * @throws {Refusal} `invalid_body`, `inexistent_user`, `inexistent_migration_record`, and those of `sendPersonLink`
 */
export async function mailLinkToPerson(
  deps: PeopleDeps,
  { tenant, connection }: PeopleOf,
  key: PersonKey,
  caller: Caller,
): Promise<string> {
  const address = linkAddress(await personOf(deps.db, connection, key))
  if (address === undefined) throw invalidBody('The person has no e-mail address on record')
  await sendPersonLink(deps, { tenant, connection, identifier: address, caller })
  return address
}
