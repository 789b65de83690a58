import type { Clock } from '../../base/clock.ts'
import { defined } from '../../base/defined.ts'
import { day_ms, isoTime } from '../../base/time.ts'
import type { Connection } from '../../connections/connection.ts'
import { loginScript } from '../../connections/script-matrix.ts'
import type { Preflight, PreflightReason } from '../../contract/finish.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { mailServerOf } from '../../mail/email-provider.ts'
import type { ScriptCallLog } from '../../logs/script-call-log.ts'
import { readCounters, type ConnectionCounter } from '../../store/connection-counters.ts'
import type { Searches } from '../../store/searches.ts'
import { countUndecided } from '../decisions/undecided-records.ts'
import { hasDirectory } from '../find-records.ts'
import type { KeptCounts, LastCount } from '../kept-counts.ts'
import { countPeople, peopleByState, sumOf, type PeopleGroup } from '../report/count-people.ts'
import type { ReportCounts } from '../report/read-report.ts'
import { canBeSampled, legacyActivityOf } from '../legacy-activity/legacy-activity.ts'
import type { Db } from '../../store/tables.ts'
import { countNotMoved, unmoved_states } from './not-moved.ts'

/** Dependencies of the preflight. `has_mail_server`: whether the operator has set one. */
export type PreflightDeps = {
  db: Db
  clock: Clock
  searches: Searches
  script_calls: Pick<ScriptCallLog, 'flush'>
  sealer: Sealer
  has_mail_server: boolean
}

const recent_days = 7

const countOf = (row: { count: number | string | null } | undefined): number => Number(row?.count ?? 0)

/** The links for a new password of people who have not moved, which are still open. */
async function countOpenResets(db: Db, { tenant_id, connection_id }: Connection, now: number): Promise<number> {
  const row = await db
    .selectFrom('tickets')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('kind', '=', 'password_change')
    .where('legacy_id', 'is not', null)
    .where('user_id', 'is', null)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return countOf(row)
}

/** The logins of the last seven days that the legacy store accepted. */
async function countLegacyLogins(db: Db, connection: Connection, now: number): Promise<number> {
  const row = await db
    .selectFrom('script_calls')
    .select(({ fn }) => fn.sum<number | string | null>('calls').as('count'))
    .where('tenant_id', '=', connection.tenant_id)
    .where('connection_id', '=', connection.connection_id)
    .where('script', '=', loginScript(connection))
    .where('outcome', '=', 'found')
    .where('hour', '>=', now - recent_days * day_ms)
    .executeTakeFirst()
  return countOf(row)
}

type Activity = NonNullable<PreflightReason['by_last_activity']>

const shown_activity = {
  '30_days': '30d',
  '90_days': '90d',
  year: '365d',
  older: 'older',
  unknown: 'unknown',
} as const

/** The people of the directory who have not moved, by their last activity. */
function byActivity(groups: readonly PeopleGroup[]): Activity {
  const is_unmoved = new Set<string>(unmoved_states)
  const listed = groups.filter(({ is_listed, state }) => is_listed && is_unmoved.has(state))
  return Object.entries(shown_activity).map(([name, within]) => ({
    within,
    count: sumOf(listed.filter(({ last_activity }) => last_activity === name)),
  }))
}

type Groups = Pick<ReportCounts, 'groups'>

/** The people of a count by state, as the counters of a connection name them. */
function stateCounters(groups: readonly PeopleGroup[]): Partial<Record<ConnectionCounter, number>> {
  return Object.fromEntries(Object.entries(peopleByState(groups)).map(([state, count]) => [`state:${state}`, count]))
}

async function preflightWith(
  deps: PreflightDeps,
  connection: Connection,
  countGroups: (now: number) => Promise<LastCount<Groups>>,
): Promise<Preflight> {
  const { tenant_id, connection_id, name, mode } = connection
  const now = deps.clock.now()
  await deps.script_calls.flush()
  const has_directory = await hasDirectory(deps.db, connection)
  const activity = await legacyActivityOf(deps.db, connection)
  // Both at once, so that they wait for one part of a count that runs, and not for two.
  const [found, undecided] = await Promise.all([
    deps.searches.run(tenant_id, async (reader) => ({
      open_resets: await countOpenResets(reader, connection, now),
      legacy_logins: await countLegacyLogins(reader, connection, now),
    })),
    countUndecided(deps.searches, connection),
  ])
  const sends_mail = deps.has_mail_server || (await mailServerOf(deps, tenant_id)) !== undefined
  const { last, is_counting, error } = has_directory ? await countGroups(now) : { is_counting: false }
  const by_last_activity = last && byActivity(last.value.groups)
  // Of the same moment as the people by their last activity: what is shown together has the same sums.
  const counters = last ? stateCounters(last.value.groups) : await readCounters(deps.db, tenant_id, connection_id)
  const not_moved = countNotMoved(counters)
  const migrated = counters['state:migrated'] ?? 0
  const path = `/api/v2/migrations/${connection_id}`
  const reasons: PreflightReason[] = [
    {
      reason: 'not_moved',
      count: not_moved.total,
      meaning:
        'They can no longer log in with their old password. A new password gets in who has an address in the directory; the others need help.',
      see: `${path}/records?moved=false`,
      by_state: not_moved.by_state,
      ...(by_last_activity === undefined ? {} : { by_last_activity }),
    },
    {
      reason: 'no_mail_server',
      count: sends_mail ? 0 : not_moved.total,
      meaning:
        'No mail server is set: links for a new password are kept in the outbox, and people who have not moved do not get theirs.',
      see: '/api/v2/emails/provider',
    },
    {
      reason: 'open_resets',
      count: found.open_resets,
      meaning:
        'Links for a new password of people who have not moved: they stay good only for those whose address the directory has.',
      see: `${path}/records?state=reset_pending`,
    },
    {
      reason: 'recent_legacy_logins',
      count: found.legacy_logins,
      meaning: `Logins that the legacy store accepted in the last ${recent_days} days: people are still coming.`,
      see: `${path}/records?state=migrated`,
    },
    {
      reason: 'undecided',
      count: undecided,
      meaning:
        'People about whom a decision is needed, and none was made: those who cannot move as they are, such as by an invalid address, and those who share an address or username.',
      see: `${path}/decisions`,
    },
    {
      reason: 'other_programs',
      count: activity?.programs.length ?? 0,
      meaning: 'Other programs that used the server of the legacy store when its sessions were last sampled.',
      see: `${path}/legacy-activity`,
    },
  ]
  const not_sampled: PreflightReason = {
    reason: 'not_sampled',
    count: 0,
    meaning: 'The sessions of the legacy store were not sampled: it is unknown whether other programs use it.',
    see: `${path}/legacy-activity`,
  }
  const is_sampled = (activity?.samples ?? 0) > 0
  const no_directory: PreflightReason = {
    reason: 'no_directory',
    count: 0,
    meaning:
      'No directory was loaded: it is unknown how many people have not come yet, and none of them can get a new password after the finish.',
    see: path,
  }
  return {
    connection_id,
    connection: name,
    mode,
    migrated,
    known: migrated + not_moved.total,
    has_directory,
    is_counting,
    ...defined({ error, counted_at: last && isoTime(last.counted_at) }),
    reasons: [
      ...(has_directory ? [] : [no_directory]),
      ...reasons.filter(({ count }) => count > 0),
      ...(!is_sampled && canBeSampled(deps.sealer, connection) ? [not_sampled] : []),
    ],
  }
}

/**
 * What would break if the migration of a connection were finished now. The reasons overlap: a person who has not moved may have an open link,
 * too.
 *
 * @throws {Refusal} `search_timeout`; `overloaded` where too many searches run at once
 */
export async function readPreflight(deps: PreflightDeps, connection: Connection): Promise<Preflight> {
  return await preflightWith(deps, connection, async (counted_at) => {
    const groups = await countPeople(deps.searches, connection, counted_at)
    return { is_counting: false, last: { counted_at, value: { groups } } }
  })
}

/** The same with the last count of people by their last activity: those who have moved and who have not are of the time of that count, too. */
export async function readKeptPreflight(
  deps: PreflightDeps & { people_counts: Pick<KeptCounts<Groups>, 'read'> },
  connection: Connection,
): Promise<Preflight> {
  return await preflightWith(deps, connection, () => deps.people_counts.read(connection))
}
