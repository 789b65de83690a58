// What people do while the server is killed: each deed writes down what was acknowledged and what is unsure.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, member, objects, send } from '../support/house.ts'
import { legacyPerson, type Person } from './person.ts'

/** Where deeds are done, and as which client. */
export type Scene = {
  origin: string
  client: { client_id: string; client_secret: string }
  token: string
  people: Person[]
  /** Statuses that the server answered, counted. */
  statuses: Map<number, number>
}

/** The answer, or undefined where the server was killed before it came. 503 is no answer either: try again. */
export async function ask(
  scene: Scene,
  method: string,
  path: string,
  body?: string | object,
  headers: Record<string, string> = {},
): Promise<Answer | undefined> {
  const address = `10.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}.1`
  const text = typeof body === 'object' ? JSON.stringify(body) : body
  const answer = await send(`${scene.origin}/${path}`, {
    method,
    headers: {
      'x-forwarded-for': address,
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(text === undefined ? {} : { body: text }),
  }).catch(() => undefined)
  if (answer) scene.statuses.set(answer.status, (scene.statuses.get(answer.status) ?? 0) + 1)
  if (answer && answer.status !== 503) return answer
  await sleep(30)
  return undefined
}

/** A Management API request. */
export function manage(scene: Scene, method: string, path: string): Promise<Answer | undefined> {
  return ask(scene, method, `api/v2/${path}`, undefined, { authorization: `Bearer ${scene.token}` })
}

/** A login with a password, which gives a refresh token. */
export function logIn(scene: Scene, email: string, password: string): Promise<Answer | undefined> {
  return ask(scene, 'POST', 'oauth/token', {
    grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
    ...scene.client,
    realm: 'legacy',
    username: email,
    password,
    scope: 'openid offline_access',
  })
}

/** Rotates a refresh token. */
export function refresh(scene: Scene, refresh_token: string): Promise<Answer | undefined> {
  return ask(scene, 'POST', 'oauth/token', { grant_type: 'refresh_token', ...scene.client, refresh_token })
}

/** Notes the refresh token of an answer. */
export function keepToken(person: Person, answer: Answer): void {
  const given = member(answer.json, 'refresh_token')
  assert.equal(typeof given, 'string', answer.text)
  person.refresh_token = String(given)
  delete person.is_token_unsure
}

/** A first login, from two devices at once every third time. */
export async function move(scene: Scene, number: number): Promise<void> {
  const person = legacyPerson(number)
  scene.people.push(person)
  const devices = number % 3 === 0 ? 2 : 1
  const answers = await Promise.all(Array.from({ length: devices }, () => logIn(scene, person.email, person.password)))
  for (const answer of answers) {
    if (!answer) continue
    assert.equal(answer.status, 200, `first login: ${answer.text}`)
    person.standing = 'in'
    keepToken(person, answer)
  }
  person.is_taken = false
}

/** A sign-up. */
export async function signUp(scene: Scene, number: number): Promise<void> {
  const email = `new-${number}-${randomUUID().slice(0, 8)}@local.example`
  const password = `Chosen-${number}-${randomUUID()}`
  const { client_id } = scene.client
  const answer = await ask(scene, 'POST', 'dbconnections/signup', { client_id, connection: 'legacy', email, password })
  if (!answer) return
  assert.equal(answer.status, 200, `sign-up: ${answer.text}`)
  const user_id = `auth0|${String(member(answer.json, '_id'))}`
  const told = { standing: 'in', is_fresh: true, is_taken: false } as const
  scene.people.push({ email, user_id, legacy: false, password, ...told })
}

/** A refresh with rotation. */
export async function rotate(scene: Scene, person: Person): Promise<void> {
  if (person.refresh_token === undefined || person.is_token_unsure) return
  person.is_token_unsure = true
  const answer = await refresh(scene, person.refresh_token)
  if (!answer) return
  assert.equal(answer.status, 200, `refresh: ${answer.text}`)
  keepToken(person, answer)
}

/** A forgotten password: the mailed link sets a new one. */
export async function reset(scene: Scene, person: Person): Promise<void> {
  const { client_id } = scene.client
  const request = { client_id, connection: 'legacy', email: person.email }
  const earlier = await mailedTickets(scene, person.email)
  const asked = await ask(scene, 'POST', 'dbconnections/change_password', request)
  if (!asked || !earlier) return
  const ticket = await newTicket(scene, person.email, earlier)
  if (ticket === undefined) return
  const password = `Chosen-${randomUUID()}`
  person.maybe_password = password
  // A new password ends the refresh tokens.
  delete person.refresh_token
  delete person.is_token_unsure
  const form = new URLSearchParams({ ticket, password, password_repeat: password }).toString()
  const done = await ask(scene, 'POST', 'u/reset-password', form, {
    'content-type': 'application/x-www-form-urlencoded',
  })
  if (!done) return
  assert.equal(done.status, 200, `reset: ${done.text}`)
  person.password = password
  person.standing = 'in'
  delete person.maybe_password
}

async function mailedTickets(scene: Scene, email: string): Promise<string[] | undefined> {
  const listed = await manage(scene, 'GET', 'outbox')
  if (!listed) return undefined
  const mails = objects(listed.json).filter((mail) => mail['to'] === email)
  return mails.flatMap((mail) => /reset-verify\?ticket=([A-Za-z0-9]{32})/.exec(String(mail['text']))?.[1] ?? [])
}

async function newTicket(scene: Scene, email: string, earlier: string[]): Promise<string | undefined> {
  for (let tries = 0; tries < 20; tries += 1) {
    const tickets = await mailedTickets(scene, email)
    const ticket = tickets?.find((each) => !earlier.includes(each))
    if (!tickets || ticket !== undefined) return ticket
    await sleep(50)
  }
  return undefined
}

/** A deletion by the Management API. */
export async function remove(scene: Scene, person: Person): Promise<void> {
  person.standing = 'maybe_deleted'
  const answer = await manage(scene, 'DELETE', `users/${encodeURIComponent(person.user_id)}`)
  if (!answer) return
  assert.equal(answer.status, 204, `deletion: ${answer.text}`)
  person.standing = 'deleted'
}
