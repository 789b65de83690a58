import { logIdStart } from '../base/ids.ts'
import { maskSignInTests } from '../base/sign-in-test-id.ts'
import { readJson } from '../store/json-column.ts'
import type { JsonObject } from '../base/json.ts'
import type { LogType } from '../contract/log-types.ts'
import { nameTerm, referenceTerm } from './log-terms.ts'
import type { Db, LogEventsTable } from '../store/tables.ts'

/** A log event about an attempt of a user: a login, a sign-up or a new password. */
export type LoggedAttempt = Omit<LogEventsTable, 'details'> & { details: JsonObject }

/** Whose attempts: those of users, and those that named no user but were made with one of these identifiers. */
export type AttemptsOf = { user_ids: readonly string[]; names: readonly string[] }

const attempt_types: readonly LogType[] = [
  's',
  'scoa',
  'f',
  'fp',
  'fu',
  'fcoa',
  'limit_wc',
  'limit_mu',
  'ss',
  'fs',
  'scpr',
  'fcpr',
  'scp',
  'fcp',
]
const attempts_max = 20
// Token events lie between attempts.
const read_max = 200

const attemptOf = (row: LogEventsTable): LoggedAttempt => ({ ...row, details: readJson<JsonObject>(row.details) })

const eventsOf = (db: Db, tenant_id: string) =>
  db.selectFrom('log_events').selectAll().where('tenant_id', '=', tenant_id)

/** The last events with one of these terms. */
async function eventsByTerm(db: Db, tenant_id: string, terms: readonly string[]): Promise<LogEventsTable[]> {
  if (terms.length === 0) return []
  const found = await db
    .selectFrom('log_terms')
    .select('log_id')
    .where('tenant_id', '=', tenant_id)
    .where('term', 'in', [...new Set(terms)])
    .orderBy('log_id', 'desc')
    .limit(attempts_max)
    .execute()
  if (found.length === 0) return []
  const log_ids = found.map(({ log_id }) => log_id)
  return await eventsOf(db, tenant_id).where('log_id', 'in', log_ids).execute()
}

/** The event of the failure whose page showed this reference code, or undefined. */
export async function attemptByReference(
  db: Db,
  tenant_id: string,
  reference: string,
): Promise<LoggedAttempt | undefined> {
  const [row] = await eventsByTerm(db, tenant_id, [referenceTerm(reference)])
  return row && attemptOf(row)
}

/**
 * The last 20 attempts of a sign-in test, the newest first.
 *
 * @param since when the test began, in epoch milliseconds: older events are not looked at
 */
export async function listAttemptsOfTest(
  db: Db,
  tenant_id: string,
  { client_id, since }: { client_id: string; since: number },
): Promise<LoggedAttempt[]> {
  const rows = await eventsOf(db, tenant_id)
    .where('log_id', '>=', logIdStart(since))
    .where('client_id', '=', maskSignInTests(client_id))
    .where('type', 'in', attempt_types)
    .orderBy('log_id', 'desc')
    .limit(attempts_max)
    .execute()
  return rows.map(attemptOf)
}

/** The last 20 attempts of a person, the newest first. */
export async function listAttempts(
  db: Db,
  tenant_id: string,
  { user_ids, names }: AttemptsOf,
): Promise<LoggedAttempt[]> {
  const of_users =
    user_ids.length === 0
      ? []
      : await eventsOf(db, tenant_id)
          .where('user_id', 'in', [...user_ids])
          .orderBy('log_id', 'desc')
          .limit(read_max)
          .execute()
  const of_names = await eventsByTerm(db, tenant_id, names.map(nameTerm))
  return [...of_users, ...of_names]
    .filter(({ type }) => attempt_types.includes(type as LogType))
    .toSorted((one, other) => (one.log_id < other.log_id ? 1 : -1))
    .slice(0, attempts_max)
    .map(attemptOf)
}
