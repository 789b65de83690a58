// After any mix of what changes the ledger, with the server and its database killed meanwhile, each person has the state that the mix leads to, and
// the counts are those of the people. WHERRY_COUNTED_PEOPLE sets their number (default 10,000), WHERRY_COUNTED_SEED the mix.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import bcrypt from 'bcryptjs'
import type { JsonObject } from '../../src/base/json.ts'
import { outcomes_to_decide } from '../../src/contract/person-causes.ts'
import { postgresTarget, sqliteTarget, type KillTarget } from '../kills/kill-targets.ts'
import { integrityFaults } from '../kills/store-integrity.ts'
import { objects } from '../support/requests.ts'
import { Migration } from './counted-migration.ts'
import {
  decisionOf,
  directoryLine,
  isBlocked,
  kindOf,
  listedFrom,
  personOf,
  right_password,
  type Person,
} from './counted-people.ts'

const people_count = Number(process.env['WHERRY_COUNTED_PEOPLE'] ?? 10_000)
const kills = 8
const workers = 6
const late_each = 10

/** A generator of whole numbers below a limit, the same for the same seed. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

/** Does a person's steps one after the other. Each is repeated until it is answered, and then done once. */
async function live(migration: Migration, { nth, steps, login_as }: Person): Promise<void> {
  for (const step of steps) {
    if (step === 'login') await migration.logIn(login_as, right_password)
    else if (step === 'wrong_login') assert.equal(await migration.logIn(login_as, 'a wrong one'), 403)
    else if (step === 'reset_request') await migration.ticket(login_as)
    else if (step === 'reset') await migration.reset(login_as)
    else if (step === 'delete') {
      const { status } = await migration.api('DELETE', `users/auth0%7Clegacy-${nth}`)
      assert.ok(status === 204 || status === 404, `${nth}: ${status}`)
    } else {
      const record_id = await migration.recordOf(`legacy-${nth}`)
      const { status, text } = await migration.api('DELETE', migration.path(`records/${record_id}/tombstone`))
      assert.ok(status === 204 || status === 404, `${nth}: ${text}`)
    }
  }
}

/** Loads the decisions on all records that need one. */
async function decide(migration: Migration, people: readonly Person[]): Promise<void> {
  const records = await migration.records()
  const by_name = new Map<string, string>()
  for (const { record_id, legacy_id, email } of records) {
    for (const name of [legacy_id, email]) if (typeof name === 'string') by_name.set(name, String(record_id))
  }
  const recordOf = (nth: number): string =>
    by_name.get(`legacy-${nth}`) ?? by_name.get(`p${nth}@legacy.example`) ?? `none of ${nth}`
  const lines = people.flatMap(({ nth }) => {
    const columns = decisionOf(nth, recordOf)
    return columns ? [[recordOf(nth), ...columns].join(',')] : []
  })
  const file = new Blob([['record_id,decision,new_email,alias_of', ...lines].join('\n')])
  const answer = await migration.upload(migration.path('decisions'), { file })
  assert.equal(answer.status, 200, answer.text)
}

const linesOf = (people: readonly Person[], load: 1 | 2 | 3, hash: string): string[] =>
  people.flatMap(({ nth }) => directoryLine(nth, load, hash) ?? [])

/** What an operator does meanwhile. `decided` is called once the decisions are made. */
async function operate(migration: Migration, people: readonly Person[], hash: string, decided: () => void) {
  await migration.load(linesOf(people, 1, hash))
  await decide(migration, people)
  decided()
  const rehearsed = await migration.api('POST', migration.path('rehearsals'), { calls_per_second: 50, sample: 300 })
  assert.ok([202, 409].includes(rehearsed.status), rehearsed.text)
  await migration.load(linesOf(people, 2, hash))
  const rows = people.filter(({ is_imported }) => is_imported)
  const users = rows.map(({ nth }) =>
    JSON.stringify({ user_id: `legacy-${nth}`, email: `p${nth}@legacy.example`, password_hash: hash }),
  )
  const fields = { users: new Blob([users.join('\n')]), connection_id: migration.connection_id }
  const imported = await migration.upload('jobs/users-imports', fields)
  assert.equal(imported.status, 202, imported.text)
  await migration.ended(imported.json.id)
  const tail = await migration.api('POST', migration.path('tail-import'))
  assert.ok(tail.status === 202, tail.text)
  await migration.ended(tail.json.job_id)
  await migration.load(linesOf(people, 3, hash))
}

/** Runs the steps of all people while an operator works, and kills the server meanwhile. */
async function runMix(
  migration: Migration,
  target: KillTarget,
  people: readonly Person[],
  random: (below: number) => number,
) {
  let decided: () => void = () => undefined
  const decisions = new Promise<void>((resolve) => (decided = resolve))
  const busy = people.filter(({ steps }) => steps.length > 0)
  const left = busy.filter(({ nth }) => kindOf(nth) === undefined)
  const planted = busy.filter(({ nth }) => kindOf(nth) !== undefined)
  let done = 0
  let ended = false
  const work = async (queue: Person[]): Promise<void> => {
    for (let person = queue.pop(); person; person = queue.pop()) {
      await live(migration, person)
      done += 1
    }
  }
  const kill = async (): Promise<void> => {
    for (let round = 0; round < kills; round += 1) {
      const at = ((round + 1) * busy.length) / (kills + 1)
      while (done < at && !ended) await sleep(50)
      if (ended) return
      await sleep(random(300))
      await target.kill(round)
      await target.restart(round)
    }
  }
  const killing = kill()
  try {
    const hash = await bcrypt.hash(right_password, 4)
    await Promise.all([
      operate(migration, people, hash, decided),
      ...Array.from({ length: workers }, () => work(left)),
      decisions.then(() => Promise.all([work(planted), work(planted)])),
    ])
  } finally {
    ended = true
    await killing
  }
}

/** Begins the finish, settles people who come late, and rolls it back. Answers the state of each. */
async function comeLate(migration: Migration, people: readonly Person[]): Promise<Map<number, string>> {
  const unseen = people.filter(
    ({ nth, states, steps }) =>
      steps.length === 0 && states.has('unseen') && kindOf(nth) === undefined && !isBlocked(nth),
  )
  const part = (at: number): Person[] => unseen.slice(at * late_each, (at + 1) * late_each)
  const user = people.find(
    ({ steps, states }) => steps.join() === 'login' && states.has('migrated') && states.size === 1,
  )
  assert.ok(user && part(3).length === late_each, 'there are too few people')
  const [linked, released, reset, back] = [part(0), part(1), part(2), part(3)]
  await migration.finishStep('no_op')
  for (const { nth } of linked) {
    const at = migration.path(`records/${await migration.recordOf(`legacy-${nth}`)}/link`)
    const { status, text } = await migration.api('POST', at, { user_id: `auth0|legacy-${user.nth}` })
    assert.ok(status === 200 || status === 409, text)
  }
  for (const { nth } of released) {
    await migration.must('POST', migration.path(`records/${await migration.recordOf(`legacy-${nth}`)}/release`))
  }
  for (const { login_as } of reset) await migration.reset(login_as)
  for (const { login_as } of back) assert.equal(await migration.logIn(login_as, right_password), 403)
  const rolled_back = await migration.api('POST', migration.path('finish/rollback'), { confirm: 'legacy' })
  assert.ok([200, 404, 409].includes(rolled_back.status), rolled_back.text)
  const again = [...back, ...released.slice(0, late_each / 2)]
  for (const { login_as } of again) assert.equal(await migration.logIn(login_as, right_password), 200)
  return new Map([...linked, ...reset, ...again].map(({ nth }) => [nth, 'migrated']))
}

/** Compares the records with the people, and all counts with the records. */
async function checkCounts(migration: Migration, people: readonly Person[], later: ReadonlyMap<number, string>) {
  const records = await migration.records()
  const numberOf = ({ legacy_id, email, directory }: JsonObject): string => {
    const given = (directory as JsonObject | undefined)?.['email'] ?? email
    const by_address = /^p(\d+)@/.exec(String(given))?.[1]
    return by_address ?? /^legacy-(\d+)$/.exec(String(legacy_id))?.[1] ?? JSON.stringify([legacy_id, email])
  }
  const by_person = Map.groupBy(records, numberOf)
  const faults = people.flatMap(({ nth, steps, states }) => {
    const found = (by_person.get(String(nth)) ?? []).map(({ state }) => String(state))
    by_person.delete(String(nth))
    const wanted = later.has(nth) ? [later.get(nth)] : [...states]
    const is_right = wanted.length === 0 ? found.length === 0 : found.length === 1 && wanted.includes(found[0])
    return is_right
      ? []
      : [`${nth} (${kindOf(nth) ?? ''} ${steps.join()}): ${found.join()}, not ${wanted.join(' or ')}`]
  })
  assert.deepEqual([...faults, ...by_person.keys()], [])
  const summary = await migration.must('GET', `migrations/${migration.connection_id}`)
  const counts = Object.fromEntries(
    Object.keys(summary.states).map((state) => [state, records.filter((each) => each['state'] === state).length]),
  )
  const listed = people.filter(({ nth }) => listedFrom(nth) !== undefined).length
  assert.deepEqual(summary.states, counts)
  assert.deepEqual([summary.records, summary.directory.records], [records.length, listed])
  assert.equal(summary.directory.discovered, records.length - listed)
  const report = await migration.must('GET', migration.path('report'))
  assert.deepEqual(report.people.states, counts)
  assert.deepEqual([report.people.listed, report.people.discovered], [listed, records.length - listed])
  return counts
}

/** Compares the people of each cause with its list, and those who need a decision with the preflight. */
async function checkCauses(migration: Migration): Promise<void> {
  const { people } = await migration.must('GET', migration.path('causes'))
  const listed = new Set<unknown>()
  let to_decide = 0
  for (const { kind, cause, people: number, decided } of objects(people)) {
    const filter = `&cause=${String(kind)}:${String(cause)}`
    const all = await migration.records(filter)
    assert.equal(all.length, number, filter)
    if (kind === 'drift') continue
    assert.equal((await migration.records(`${filter}&decided=false`)).length, Number(number) - Number(decided), filter)
    for (const { record_id } of all)
      assert.ok(!listed.has(record_id) && listed.add(record_id), `${filter}: ${String(record_id)}`)
    const needs_decision = kind !== 'outcome' || outcomes_to_decide.some((outcome) => outcome === cause)
    if (needs_decision) to_decide += Number(number) - Number(decided)
  }
  const { reasons } = await migration.must('GET', migration.path('preflight'))
  assert.equal(objects(reasons).find(({ reason }) => reason === 'undecided')?.['count'] ?? 0, to_decide)
}

for (const [engine, start] of [
  ['SQLite', sqliteTarget],
  ['PostgreSQL', postgresTarget],
] as const) {
  test(`${people_count} people on ${engine}: each has one record in the state that fits, and the counts add up`, async (t) => {
    const seed = Number(process.env['WHERRY_COUNTED_SEED'] ?? Date.now() % 1_000_000)
    t.diagnostic(`WHERRY_COUNTED_SEED=${seed}`)
    const random = generator(seed)
    const people = Array.from({ length: people_count }, (_, nth) => personOf(nth, random(100)))
    const target = await start()
    try {
      const migration = await Migration.start(target)
      await runMix(migration, target, people, random)
      const before = await checkCounts(migration, people, new Map())
      await checkCauses(migration)
      t.diagnostic(JSON.stringify(before))
      const later = await comeLate(migration, people)
      await checkCounts(migration, people, later)
      await target.kill(0)
      assert.deepEqual(await target.inspect(integrityFaults), [])
    } finally {
      await target.close()
    }
  })
}
