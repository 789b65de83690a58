// Rounds in which people are at work, something is killed, and everything that was acknowledged is looked for.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { member, send } from '../support/house.ts'
import { checkPerson } from './check-person.ts'
import { move, remove, reset, rotate, type Scene, signUp } from './deeds.ts'
import type { KillableServer } from './killable-server.ts'
import { type LegacyService, serviceGetUser, serviceLogin } from './legacy-service.ts'
import type { Person } from './person.ts'
import { halfThings, type Query } from './whole-store.ts'

/** What is killed, and how the tables are read after it. */
export type Victim = {
  server: KillableServer
  /** Kills in the middle of the work. */
  kill(round: number): Promise<void>
  /** Reads the tables as the kill left them, before the server has them again where one process holds the store. */
  inspect<T>(use: (query: Query) => Promise<T>): Promise<T>
  /** Brings back what was killed, and answers how long the server took to be ready, in ms. */
  revive(round: number): Promise<number>
}

/** What the rounds came to. */
export type RoundsResult = { ready_ms: number[]; people: Person[]; statuses: Map<number, number> }

const workers_count = 6
// Checks after each round are of what is new; the rest is looked at in the end, a sample where there are many.
const checked_in_the_end = 150

async function setUp(server: KillableServer, legacy: LegacyService): Promise<Scene> {
  const post = async (path: string, body: unknown, token?: string) => {
    const headers: Record<string, string> = { 'content-type': 'application/json' }
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`
    const answer = await send(`${server.origin}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    assert.ok(answer.status < 300, `${path}: ${answer.status} ${answer.text}`)
    return answer.json
  }
  const { management_client_id: client_id, management_client_secret: client_secret } = server.first_run
  const audience = server.first_run.management_audience
  const issued = await post('oauth/token', { grant_type: 'client_credentials', client_id, client_secret, audience })
  const token = String(member(issued, 'access_token'))
  const fields = {
    name: 'rounds',
    app_type: 'regular_web',
    grant_types: ['http://auth0.com/oauth/grant-type/password-realm', 'refresh_token'],
    token_endpoint_auth_method: 'client_secret_post',
    refresh_token: { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 0 },
  }
  const made = await post('api/v2/clients', fields, token)
  const client = {
    client_id: String(member(made, 'client_id')),
    client_secret: String(member(made, 'client_secret')),
  }
  const options = {
    enabledDatabaseCustomization: true,
    import_mode: true,
    customScripts: { login: serviceLogin, get_user: serviceGetUser },
    configuration: { URL: `http://127.0.0.1:${legacy.port}` },
    egress: { mode: 'allow_list', allow: [`127.0.0.1:${legacy.port}`] },
  }
  const connection = { name: 'legacy', strategy: 'auth0', options, enabled_clients: [client.client_id] }
  await post('api/v2/connections', connection, token)
  return { origin: server.origin, client, token, people: [], statuses: new Map() }
}

const dice = (sides: number): number => Math.floor(Math.random() * sides)

/** Takes somebody whom nobody is at work on, and gives them back when the deed is done. */
async function withSomebody(scene: Scene, deed: (person: Person) => Promise<void>): Promise<void> {
  const free = scene.people.filter((person) => !person.is_taken && person.standing === 'in')
  const person = free[free.length - 1 - dice(Math.min(free.length, 30))]
  if (!person || person.maybe_password !== undefined) return
  person.is_taken = true
  person.is_fresh = true
  await deed(person)
  person.is_taken = false
}

function startWork(scene: Scene, numbers: { next: number }): () => Promise<void> {
  let stopped = false
  const deeds: (() => Promise<void>)[] = [
    () => move(scene, numbers.next++),
    () => withSomebody(scene, (person) => rotate(scene, person)),
    () => signUp(scene, numbers.next++),
    () => withSomebody(scene, (person) => reset(scene, person)),
    () => withSomebody(scene, (person) => remove(scene, person)),
    () => withSomebody(scene, (person) => rotate(scene, person)),
  ]
  const work = async (lane: number): Promise<void> => {
    for (let turn = lane; !stopped; turn += 1) {
      await (deeds[turn % deeds.length] ?? deeds[0])?.()
      await sleep(1)
    }
  }
  const working = Promise.all(Array.from({ length: workers_count }, (_, lane) => work(lane)))
  return async () => {
    stopped = true
    await working
    for (const person of scene.people) person.is_taken = false
  }
}

async function checkAll(scene: Scene, legacy: LegacyService, people: Person[]): Promise<void> {
  const left = [...people]
  const check = async (): Promise<void> => {
    for (let person = left.pop(); person; person = left.pop()) await checkPerson(scene, legacy, person)
  }
  await Promise.all([check(), check(), check()])
}

/** Most kills hit people in full swing, some while the first ones are still on their way. */
async function untilInSwing(scene: Scene, round: number): Promise<void> {
  const answered = (): number => scene.statuses.get(200) ?? 0
  const wanted = answered() + 5
  for (let tries = 0; round % 4 !== 3 && answered() < wanted && tries < 200; tries += 1) await sleep(25)
}

/** Runs the rounds, with a line of figures to `tell` after every tenth. @throws AssertionError when something acknowledged was lost, or something is half there */
export async function killRounds(
  victim: Victim,
  legacy: LegacyService,
  rounds: number,
  tell: (line: string) => void,
): Promise<RoundsResult> {
  legacy.asked.clear()
  const scene = await setUp(victim.server, legacy)
  const numbers = { next: 1 }
  const ready_ms: number[] = []
  const result: RoundsResult = { ready_ms, people: scene.people, statuses: scene.statuses }
  for (let round = 0; round < rounds; round += 1) {
    const stopWork = startWork(scene, numbers)
    await untilInSwing(scene, round)
    await sleep(Math.random() * 400)
    await victim.kill(round)
    await stopWork()
    const before = await victim.inspect(halfThings)
    assert.deepEqual(before, [], `round ${round}: half things after the kill`)
    ready_ms.push(await victim.revive(round))
    await checkAll(
      scene,
      legacy,
      scene.people.filter((person) => person.is_fresh),
    )
    if ((round + 1) % 10 === 0) tell(figures(result))
  }
  await checkAll(scene, legacy, scene.people.toSorted(() => Math.random() - 0.5).slice(0, checked_in_the_end))
  assert.equal(scene.statuses.get(500), undefined, 'a request was answered by a fault')
  return result
}

/** A line of figures. */
export function figures({ ready_ms, people, statuses }: RoundsResult): string {
  const sorted = ready_ms.toSorted((a, b) => a - b)
  const at = (share: number): string => `${Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)} ms`
  const count = (standing: Person['standing']): number => people.filter((each) => each.standing === standing).length
  const answers = JSON.stringify(Object.fromEntries(statuses))
  return `${ready_ms.length} kills, ${count('in')} people in, ${count('deleted')} deleted; ready again after ${at(0.5)} (median), ${at(1)} (most); answers ${answers}`
}
