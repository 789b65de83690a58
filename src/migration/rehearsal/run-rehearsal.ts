/**
 * Rehearsal: does for each user of a directory all that a move does, at a rate that the operator chose, and stores the outcome on the record
 * and nothing else about the user. It does not know how a directory is loaded.
 */
import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../../base/clock.ts'
import { connectionById, type Connection } from '../../connections/connection.ts'
import { JobFailed, type JobHandler, type RunningJob } from '../../jobs/job.ts'
import { padded } from '../../store/few-statements.ts'
import { writeJson } from '../../store/json-column.ts'
import type { Db, Transaction } from '../../store/tables.ts'
import { describeChanges } from '../profile-changes.ts'
import type { ConnectionKey } from '../find-records.ts'
import { countCall, countUser, no_counts, type RehearsalCounts, type RehearsedUser } from './rehearsal-counts.ts'
import { createRehearsalStream, type RehearsalStreamDeps, type StreamedUser } from './rehearsal-stream.ts'
import type { DirectoryUser } from './rehearse-user.ts'

/** The kind of the jobs that rehearse. */
export const rehearsal = 'rehearsal'

/** The input of a rehearsal. `connection`: the name; `users`: how many there are to rehearse. */
export type RehearsalInput = {
  connection_id: string
  connection: string
  rehearsal_id: string
  calls_per_second: number
  users: number
}

/** Where a rehearsal stands: the last record, and the counts so far. */
export type RehearsalCursor = { after: string; counts: RehearsalCounts }

/** The dependencies of rehearsals. */
export type RehearsalJobDeps = RehearsalStreamDeps & { clock: Clock }

type Job = RunningJob<RehearsalInput, RehearsalCursor>

const step_ms = 1000

/** The users of the directory behind a record who are not gone, in the order of their records. */
async function usersBehind(
  db: Db,
  { tenant_id, connection_id }: ConnectionKey,
  after: string,
  take: number,
): Promise<DirectoryUser[]> {
  return await db
    .selectFrom('directory_rows as listed')
    .innerJoin('migration_records as record', (join) =>
      join
        .onRef('record.tenant_id', '=', 'listed.tenant_id')
        .onRef('record.connection_id', '=', 'listed.connection_id')
        .onRef('record.record_id', '=', 'listed.record_id'),
    )
    .select(['listed.record_id', 'record.legacy_id', 'record.state', 'listed.email', 'listed.username'])
    .select(['listed.phone_number', 'listed.hash_form', 'listed.problem', 'listed.rehearsed_outcome'])
    .where('listed.tenant_id', '=', tenant_id)
    .where('listed.connection_id', '=', connection_id)
    .where('listed.record_id', '>', after)
    .where('listed.gone_at', 'is', null)
    .orderBy('listed.record_id')
    .limit(take)
    .execute()
}

function detailOf({ detail, changes }: RehearsedUser): string | null {
  const described = changes && describeChanges(changes)
  if (!detail && !described) return null
  return writeJson({ ...detail, ...(described ? { changes: described } : {}) })
}

/** Writes the outcomes on the records: one statement for those with the same one. */
async function writeOutcomes(
  trx: Transaction,
  { tenant_id, connection_id }: ConnectionKey,
  rehearsal_id: string,
  finished: readonly StreamedUser[],
  at: number,
): Promise<void> {
  const same = Map.groupBy(finished, ({ rehearsed }) => JSON.stringify([rehearsed.outcome, detailOf(rehearsed)]))
  for (const records of same.values()) {
    const [first] = records
    if (!first) continue
    await trx
      .updateTable('directory_rows')
      .set({
        rehearsal_id,
        rehearsed_at: at,
        rehearsed_outcome: first.rehearsed.outcome,
        rehearsed_detail: detailOf(first.rehearsed),
      })
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where('record_id', 'in', padded(records.map(({ user }) => user.record_id)))
      .execute()
  }
}

/** Writes a step: the outcomes, the counts, and the times of the rehearsal. */
async function commitStep(
  deps: RehearsalJobDeps,
  job: Job,
  cursor: RehearsalCursor,
  finished: readonly StreamedUser[],
  { began_at, is_last }: { began_at: number; is_last: boolean },
): Promise<void> {
  const { tenant_id, input } = job
  const { connection_id, rehearsal_id } = input
  const of = { tenant_id, connection_id }
  await job.commit(async (trx) => {
    const at = deps.clock.now()
    await writeOutcomes(trx, of, rehearsal_id, finished, at)
    await trx
      .updateTable('rehearsals')
      .set(({ fn, val }) => ({
        counts: writeJson(cursor.counts),
        started_at: fn.coalesce('started_at', val(began_at)),
        ...(is_last ? { finished_at: at } : {}),
      }))
      .where('tenant_id', '=', tenant_id)
      .where('connection_id', '=', connection_id)
      .where('rehearsal_id', '=', rehearsal_id)
      .execute()
    return { cursor, progress: { done: cursor.counts.rehearsed, total: input.users } }
  })
}

/** Adds finished users to the counts, which are copied. */
function countFinished(before: RehearsalCounts, finished: readonly StreamedUser[]): RehearsalCounts {
  const counts = structuredClone(before)
  for (const { user, durations, rehearsed } of finished) {
    for (const duration_ms of durations) countCall(counts, duration_ms)
    countUser(counts, rehearsed, user.rehearsed_outcome)
  }
  return counts
}

/** Rehearses the users behind the cursor, and writes once a second the outcomes of those before whom every user has one. */
async function rehearse(deps: RehearsalJobDeps, job: Job, connection: Connection): Promise<void> {
  const { calls_per_second, users } = job.input
  const began_at = deps.clock.now()
  let cursor: RehearsalCursor = job.cursor ?? { after: '', counts: no_counts }
  let read_to = cursor.after
  let left = users - cursor.counts.rehearsed
  const readUsers = async (take: number): Promise<DirectoryUser[]> => {
    const found = left > 0 ? await usersBehind(deps.db, connection, read_to, Math.min(take, left)) : []
    left -= found.length
    read_to = found.at(-1)?.record_id ?? read_to
    return found
  }
  const stream = createRehearsalStream(deps, connection, { calls_per_second, readUsers })
  const ended = new AbortController()
  const { active_ms, paused_ms } = cursor.counts
  let is_complete = false
  const calling = stream.run(ended.signal).then(() => {
    is_complete = true
  })
  // It is awaited below, also where a step is interrupted.
  calling.catch(() => undefined)
  try {
    for (;;) {
      const timer = new AbortController()
      await Promise.race([calling, setTimeout(step_ms, undefined, { signal: timer.signal }).catch(() => undefined)])
      timer.abort()
      const is_last = is_complete
      const finished = stream.takeFinished()
      const counts = countFinished(cursor.counts, finished)
      const times = stream.times()
      counts.active_ms = active_ms + times.active_ms
      counts.paused_ms = paused_ms + times.paused_ms
      cursor = { after: finished.at(-1)?.user.record_id ?? cursor.after, counts }
      await commitStep(deps, job, cursor, finished, { began_at, is_last })
      if (is_last) return
    }
  } finally {
    ended.abort()
    await calling.catch(() => undefined)
  }
}

/**
 * Creates the handler of rehearsals. It resumes behind the last user whose outcome is stored. It has no `waits_for_tenant`: it takes hours, and
 * other jobs of its tenant that wait need that worker.
 */
export function createRehearsalJob(deps: RehearsalJobDeps): JobHandler<RehearsalInput, RehearsalCursor> {
  return {
    async run(job) {
      const connection = await connectionById(deps.db, job.tenant_id, job.input.connection_id)
      if (!connection) throw new JobFailed('The connection was deleted meanwhile.')
      if (connection.mode !== 'import') throw new JobFailed('The connection is no longer in import mode.')
      await rehearse(deps, job, connection)
    },
  }
}
