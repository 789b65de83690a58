// The operations of the workload while the server is killed. Each records what was acknowledged and what is unknown.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { bearer, objects, type Answer, type TestClient } from '../support/requests.ts'
import { realm_grant, type TenantApi } from '../support/tenant-api.ts'
import { legacyUser, type TrackedUser } from './tracked-user.ts'

/** The server under the workload, the client that the operations use, and the users that they made. */
export type Workload = {
  tenant: TenantApi
  client: TestClient
  token: string
  users: TrackedUser[]
  /** How often the server answered each status. */
  statuses: Map<number, number>
}

/** The answer, or undefined where the server was killed before it answered, or answered 503. */
export async function request(
  workload: Workload,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Answer | undefined> {
  const address = `10.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}.1`
  const answer = await workload.tenant
    .send(path, { method, body, headers: { 'x-forwarded-for': address, ...headers } })
    .catch(() => undefined)
  if (answer) workload.statuses.set(answer.status, (workload.statuses.get(answer.status) ?? 0) + 1)
  if (answer && answer.status !== 503) return answer
  await sleep(30)
  return undefined
}

/** A Management API request. */
export function requestApi(workload: Workload, method: string, path: string): Promise<Answer | undefined> {
  return request(workload, method, `/api/v2/${path}`, undefined, bearer(workload.token))
}

/** A login with a password, which gives a refresh token. */
export function logIn(workload: Workload, email: string, password: string): Promise<Answer | undefined> {
  return request(workload, 'POST', '/oauth/token', {
    grant_type: realm_grant,
    ...workload.client,
    realm: 'legacy',
    username: email,
    password,
    scope: 'openid offline_access',
  })
}

/** Rotates a refresh token. */
export function refresh(workload: Workload, refresh_token: string): Promise<Answer | undefined> {
  return request(workload, 'POST', '/oauth/token', { grant_type: 'refresh_token', ...workload.client, refresh_token })
}

/** Records the refresh token of an answer. */
export function keepToken(user: TrackedUser, answer: Answer): void {
  assert.equal(typeof answer.json.refresh_token, 'string', answer.text)
  user.refresh_token = answer.json.refresh_token
  delete user.is_token_maybe_used
}

/** A first login; every third user logs in twice at once. */
export async function firstLogin(workload: Workload, number: number): Promise<void> {
  const user = legacyUser(number)
  workload.users.push(user)
  const logins = Array.from({ length: number % 3 === 0 ? 2 : 1 }, () => logIn(workload, user.email, user.password))
  for (const answer of await Promise.all(logins)) {
    if (!answer) continue
    assert.equal(answer.status, 200, `first login: ${answer.text}`)
    user.state = 'exists'
    keepToken(user, answer)
  }
  user.is_busy = false
}

/** A sign-up. */
export async function signUp(workload: Workload, number: number): Promise<void> {
  const email = `new-${number}-${randomUUID().slice(0, 8)}@local.example`
  const password = `Chosen-${number}-${randomUUID()}`
  const { client_id } = workload.client
  const body = { client_id, connection: 'legacy', email, password }
  const answer = await request(workload, 'POST', '/dbconnections/signup', body)
  if (!answer) return
  assert.equal(answer.status, 200, `sign-up: ${answer.text}`)
  const user_id = `auth0|${answer.json._id}`
  workload.users.push({
    email,
    user_id,
    is_legacy: false,
    password,
    state: 'exists',
    is_unchecked: true,
    is_busy: false,
  })
}

/** A refresh with rotation. */
export async function rotate(workload: Workload, user: TrackedUser): Promise<void> {
  if (user.refresh_token === undefined || user.is_token_maybe_used) return
  user.is_token_maybe_used = true
  const answer = await refresh(workload, user.refresh_token)
  if (!answer) return
  assert.equal(answer.status, 200, `refresh: ${answer.text}`)
  keepToken(user, answer)
}

/** A password reset by the mailed link. */
export async function reset(workload: Workload, user: TrackedUser): Promise<void> {
  const { client_id } = workload.client
  const body = { client_id, connection: 'legacy', email: user.email }
  const earlier = await mailedTickets(workload, user.email)
  const asked = await request(workload, 'POST', '/dbconnections/change_password', body)
  if (!asked || !earlier) return
  const ticket = await newTicket(workload, user.email, earlier)
  if (ticket === undefined) return
  const password = `Chosen-${randomUUID()}`
  user.maybe_password = password
  // A new password ends the refresh tokens.
  delete user.refresh_token
  delete user.is_token_maybe_used
  const form = new URLSearchParams({ ticket, password, password_repeat: password })
  const done = await request(workload, 'POST', '/u/reset-password', form)
  if (!done) return
  assert.equal(done.status, 200, `reset: ${done.text}`)
  user.password = password
  user.state = 'exists'
  delete user.maybe_password
}

async function mailedTickets(workload: Workload, email: string): Promise<string[] | undefined> {
  const listed = await requestApi(workload, 'GET', 'outbox')
  if (!listed) return undefined
  const mails = objects(listed.json).filter((mail) => mail['to'] === email)
  return mails.flatMap((mail) => /reset-verify\?ticket=([A-Za-z0-9]{32})/.exec(String(mail['text']))?.[1] ?? [])
}

async function newTicket(workload: Workload, email: string, earlier: string[]): Promise<string | undefined> {
  for (let tries = 0; tries < 20; tries += 1) {
    const tickets = await mailedTickets(workload, email)
    const ticket = tickets?.find((each) => !earlier.includes(each))
    if (!tickets || ticket !== undefined) return ticket
    await sleep(50)
  }
  return undefined
}

/** A deletion through the Management API. */
export async function remove(workload: Workload, user: TrackedUser): Promise<void> {
  user.state = 'maybe_deleted'
  const answer = await requestApi(workload, 'DELETE', `users/${encodeURIComponent(user.user_id)}`)
  if (!answer) return
  assert.equal(answer.status, 204, `deletion: ${answer.text}`)
  user.state = 'deleted'
}
