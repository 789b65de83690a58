import { counted } from '../../base/count-text.ts'
import { defined } from '../../base/defined.ts'
import { isoTime } from '../../base/time.ts'
import type { Connection } from '../../connections/connection.ts'
import type { Finish as ShownFinish } from '../../contract/finish.ts'
import { finishSteps } from '../../contract/finish-steps.ts'
import { readJson } from '../../store/json-column.ts'
import { readMigrationDays } from '../../store/migration-days.ts'
import type { Searches } from '../../store/searches.ts'
import type { Db, JobsTable } from '../../store/tables.ts'
import { dayOf } from '../record-transition.ts'
import { finishOf, jobOfStep, stateOf, type Finish } from './finish.ts'
import { nextStep } from './start-finish-step.ts'
import { step_texts } from './step-texts.ts'
import { countLatecomers, watchNumbers } from './watch-numbers.ts'
import type { WipeCursor } from './wipe.ts'

/** Dependencies of showing a finish. */
export type DescribeDeps = { db: Db; searches: Searches }

const steps = finishSteps.map((step) => ({ step, ...step_texts[step] }))

/** The users who came into a connection by themselves since a time: the legacy store does not know them. */
async function countNewUsers(db: Db, { tenant_id, connection_id }: Connection, since: number): Promise<number> {
  const row = await db
    .selectFrom('users')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('linked_to', 'is', null)
    .where('arrived_through', 'in', ['signup', 'api'])
    .where('arrived_at', '>=', since)
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

/** What a rollback would lose at this moment. */
async function rollbackLosses({ searches }: DescribeDeps, connection: Connection, finish: Finish): Promise<string[]> {
  const { people, new_users } = await searches.run(connection.tenant_id, async (reader) => ({
    people: await countLatecomers(reader, connection, finish.started_at),
    new_users: await countNewUsers(reader, connection, finish.started_at),
  }))
  return [
    'Users who have moved are not affected: they log in with the passwords that this store has, and the legacy store is not asked about them.',
    ...(people > 0 ? [`The numbers of ${counted(people, 'latecomer')} and of the watch are forgotten.`] : []),
    ...(new_users > 0
      ? [
          `${counted(new_users, 'user')} signed up or ${new_users === 1 ? 'was' : 'were'} created here since the finish began. They stay; programs that still use the legacy store do not know them.`,
        ]
      : []),
    'Passwords and addresses that were changed here since stay; the legacy store does not know them, as before the finish.',
  ]
}

async function rollbackOf(
  deps: DescribeDeps,
  connection: Connection,
  finish: Finish,
): Promise<ShownFinish['rollback']> {
  return finish.step === 'disconnect'
    ? { is_possible: false, loses: [step_texts.disconnect.undo] }
    : { is_possible: true, loses: await rollbackLosses(deps, connection, finish) }
}

/** What disconnect has wiped: of a job that runs, so far. */
function wipedOf({ step, facts }: Finish, job: JobsTable | undefined): Pick<ShownFinish, 'wiped' | 'kept'> {
  if (step !== 'disconnect') return {}
  const text = job?.cursor ?? null
  const cursor = text === null ? null : readJson<WipeCursor>(text)
  return defined({ wiped: facts.wiped ?? cursor?.wiped, kept: facts.kept ?? cursor?.kept })
}

/**
 * The finish of a connection as the API shows it.
 *
 * @throws {Refusal} `search_timeout`, `overloaded`
 */
export async function describeFinish(deps: DescribeDeps, connection: Connection): Promise<ShownFinish> {
  const { db } = deps
  const { tenant_id, connection_id, name, mode } = connection
  const base = { connection_id, connection: name, mode, steps }
  const finish = await finishOf(db, connection)
  if (!finish) {
    const next = mode === 'import' ? ('no_op' as const) : null
    const rollback = { is_possible: false, loses: ['The finish was not started: there is nothing to roll back.'] }
    return { ...base, step: null, next, rollback }
  }
  const job = await jobOfStep(db, tenant_id, finish)
  const state = stateOf(finish, job)
  const numbers = await watchNumbers(db, connection, finish)
  const { started_at, step_started_at, step_ended_at, step, job_id, accepted } = finish
  const days = await readMigrationDays(db, tenant_id, connection_id, dayOf(started_at))
  return {
    ...base,
    step,
    state,
    job_id,
    ...defined({ error: job?.error ?? undefined }),
    started_at: isoTime(started_at),
    step_started_at: isoTime(step_started_at),
    ...(step_ended_at === null ? {} : { step_ended_at: isoTime(step_ended_at) }),
    next: state === 'running' ? null : state === 'done' ? (nextStep(step) ?? null) : step,
    accepted,
    ...(numbers ? { watch: { ...numbers, until: isoTime(numbers.until) } } : {}),
    latecomers: {
      people: await countLatecomers(db, connection, started_at),
      days: days.flatMap(({ day, state: counted, total }) =>
        counted === 'latecomer' ? [{ day, latecomers: total }] : [],
      ),
    },
    rollback: await rollbackOf(deps, connection, finish),
    ...wipedOf(finish, job),
  }
}
