// Rounds in which a workload runs, the server or its database is killed, and everything that was acknowledged is checked.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { type LegacyService, serviceOptions, startLegacyService } from '../support/legacy-service.ts'
import { addressOf, createTenantApi, realm_grant } from '../support/tenant-api.ts'
import { checkUser } from './check-user.ts'
import type { KillTarget } from './kill-targets.ts'
import { firstLogin, remove, reset, rotate, signUp, type Workload } from './operations.ts'
import { integrityFaults } from './store-integrity.ts'
import type { TrackedUser } from './tracked-user.ts'

/** The figures of a run. */
export type RoundsResult = { ready_ms: number[]; users: TrackedUser[]; statuses: Map<number, number> }

/** Which rounds run: the target decides by its number what a round kills. */
export type Rounds = { first: number; count: number }

const workers_count = 6
// After each round the users of its operations are checked; at the end a sample of the others.
const checked_at_the_end = 150

async function createWorkload({ server }: KillTarget, legacy: LegacyService): Promise<Workload> {
  const tenant = createTenantApi(addressOf(server.firstRun()))
  const client = await tenant.createClient({
    grant_types: [realm_grant, 'refresh_token'],
    refresh_token: { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 0 },
  })
  await tenant.createConnection('legacy', serviceOptions(legacy), [client])
  return { tenant, client, token: await tenant.managementToken(), users: [], statuses: new Map() }
}

const randomBelow = (limit: number): number => Math.floor(Math.random() * limit)

/** Runs an operation on one of the newest users that no other operation uses. */
async function withIdleUser(workload: Workload, operation: (user: TrackedUser) => Promise<void>): Promise<void> {
  const idle = workload.users.filter((user) => !user.is_busy && user.state === 'exists')
  const user = idle[idle.length - 1 - randomBelow(Math.min(idle.length, 30))]
  if (!user || user.maybe_password !== undefined) return
  user.is_busy = true
  user.is_unchecked = true
  await operation(user)
  user.is_busy = false
}

/** Starts the workers and answers how to stop them. */
function startWorkers(workload: Workload, numbers: { next: number }): () => Promise<void> {
  let stopped = false
  const operations: (() => Promise<void>)[] = [
    () => firstLogin(workload, numbers.next++),
    () => withIdleUser(workload, (user) => rotate(workload, user)),
    () => signUp(workload, numbers.next++),
    () => withIdleUser(workload, (user) => reset(workload, user)),
    () => withIdleUser(workload, (user) => remove(workload, user)),
    () => withIdleUser(workload, (user) => rotate(workload, user)),
  ]
  const work = async (worker: number): Promise<void> => {
    for (let turn = worker; !stopped; turn += 1) {
      await operations[turn % operations.length]?.()
      await sleep(1)
    }
  }
  const working = Promise.all(Array.from({ length: workers_count }, (_, worker) => work(worker)))
  return async () => {
    stopped = true
    await working
    for (const user of workload.users) user.is_busy = false
  }
}

async function checkUsers(workload: Workload, legacy: LegacyService, users: TrackedUser[]): Promise<void> {
  const left = [...users]
  const check = async (): Promise<void> => {
    for (let user = left.pop(); user; user = left.pop()) await checkUser(workload, legacy, user)
  }
  await Promise.all([check(), check(), check()])
}

/** Waits for some answers in most rounds; in every fourth round the kill may hit the first requests. */
async function untilAnswering(workload: Workload, round: number): Promise<void> {
  const answered = (): number => workload.statuses.get(200) ?? 0
  const wanted = answered() + 5
  for (let tries = 0; round % 4 !== 3 && answered() < wanted && tries < 200; tries += 1) await sleep(25)
}

/**
 * Runs rounds against a target and closes it. Reports figures after every tenth.
 * @throws AssertionError when something acknowledged was lost or the store is inconsistent
 */
export async function killRounds(
  target: KillTarget,
  rounds: Rounds,
  report: (line: string) => void = () => undefined,
): Promise<RoundsResult> {
  const legacy = await startLegacyService((email, password) => {
    const number = /^person-(\d+)@legacy\.example$/.exec(email)?.[1]
    const knows = number !== undefined && (password === null || password === `secret-${number}`)
    return knows ? { user_id: `legacy-${number}`, email, email_verified: true } : null
  })
  try {
    return await runRounds(target, legacy, rounds, report)
  } finally {
    await target.close()
    legacy.close()
  }
}

async function runRounds(
  target: KillTarget,
  legacy: LegacyService,
  { first, count }: Rounds,
  report: (line: string) => void,
): Promise<RoundsResult> {
  const workload = await createWorkload(target, legacy)
  const numbers = { next: 1 }
  const result: RoundsResult = { ready_ms: [], users: workload.users, statuses: workload.statuses }
  let checked: TrackedUser[] = []
  for (let round = first; round < first + count; round += 1) {
    const stopWorkers = startWorkers(workload, numbers)
    await untilAnswering(workload, round)
    await sleep(Math.random() * 400)
    await target.kill(round)
    await stopWorkers()
    assert.deepEqual(
      await target.inspect(integrityFaults),
      [],
      `round ${round}: the store is inconsistent after the kill`,
    )
    const since = performance.now()
    await target.restart(round)
    result.ready_ms.push(performance.now() - since)
    checked = workload.users.filter((user) => user.is_unchecked)
    await checkUsers(workload, legacy, checked)
    if ((round + 1) % 10 === 0) report(figures(result))
  }
  const others = workload.users.filter((user) => !checked.includes(user))
  await checkUsers(workload, legacy, others.toSorted(() => Math.random() - 0.5).slice(0, checked_at_the_end))
  assert.equal(workload.statuses.get(500), undefined, 'a request was answered with 500')
  return result
}

/** A line of figures. */
export function figures({ ready_ms, users, statuses }: RoundsResult): string {
  const sorted = ready_ms.toSorted((a, b) => a - b)
  const at = (share: number): string => `${Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)} ms`
  const count = (state: TrackedUser['state']): number => users.filter((user) => user.state === state).length
  const answers = JSON.stringify(Object.fromEntries(statuses))
  return `${ready_ms.length} kills, ${count('exists')} users, ${count('deleted')} deleted; ready again after ${at(0.5)} (median), ${at(1)} (maximum); answers ${answers}`
}
