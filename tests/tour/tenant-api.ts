import { setTimeout as sleep } from 'node:timers/promises'
import { send, type HttpAnswer, type HttpRequest } from './http-request.ts'
import { objects, textMember, type Json, type JsonObject } from './json.ts'

/** The Management API client of one tenant. */
export type ManagementClient = { host: string; audience: string; client_id: string; client_secret: string }

/** The Management API of one tenant, and what it wrote since it was last asked. */
export type TenantApi = {
  host: string
  /** Gets a new token: the old one ends with its signing key. The log event of it is new. */
  renewToken(): Promise<void>
  /** Sends a Management API request; `path` begins behind `/api/v2/`. */
  request(method: string, path: string, json?: Json): Promise<HttpAnswer>
  /** The request that `request` sends. */
  requestOf(method: string, path: string, json?: Json): HttpRequest
  /** The answer's body. @throws Error for any failure */
  must(method: string, path: string, json?: Json): Promise<Json>
  /** The log events written since the last call; waits for `at_least` of them, at most 10 s. */
  newEvents(at_least: number): Promise<JsonObject[]>
  /** The mail written since the last call; waits for `at_least` messages, at most 10 s. */
  newMail(at_least: number): Promise<JsonObject[]>
  /** The ledger records of an identifier, with their history. */
  ledger(connection_id: string, identifier: string): Promise<JsonObject[]>
}

const wait_ms = 10_000

/** Gets a token for a tenant's Management API and opens it. What happened before is not counted as new. */
export async function openTenantApi(port: number, client: ManagementClient): Promise<TenantApi> {
  const { host, audience, client_id, client_secret } = client
  const newToken = async (): Promise<string> => {
    const json = { grant_type: 'client_credentials', client_id, client_secret, audience }
    return textMember((await send(port, { path: '/oauth/token', host, json })).json, 'access_token')
  }
  let token = await newToken()
  const mail_seen = new Set<string>()
  let checkpoint = ''

  const requestOf = (method: string, path: string, json?: Json): HttpRequest => ({
    method,
    path: `/api/v2/${path}`,
    host,
    headers: { authorization: `Bearer ${token}` },
    ...(json === undefined ? {} : { json }),
  })
  const request = (method: string, path: string, json?: Json) => send(port, requestOf(method, path, json))
  const must = async (method: string, path: string, json?: Json): Promise<Json> => {
    const answered = await request(method, path, json)
    if (answered.status >= 300) throw new Error(`${method} ${path}: ${answered.status} ${answered.text}`)
    return answered.json ?? null
  }

  const eventsAfter = async (): Promise<JsonObject[]> => {
    const found: JsonObject[] = []
    for (;;) {
      const part = objects(await must('GET', `logs?from=${checkpoint}&take=100`))
      found.push(...part)
      checkpoint = part.length === 0 ? checkpoint : textMember(part.at(-1), 'log_id')
      if (part.length < 100) return found
    }
  }
  const mailAfter = async (): Promise<JsonObject[]> => {
    const answered = await request('GET', 'outbox')
    // The client of a tenant that the operator created may not read it.
    if (answered.status === 403) return []
    const listed = objects(answered.json)
    const fresh = listed.filter((message) => !mail_seen.has(textMember(message, 'id')))
    for (const message of fresh) mail_seen.add(textMember(message, 'id'))
    return fresh.toReversed()
  }
  const until = async (at_least: number, read: () => Promise<JsonObject[]>): Promise<JsonObject[]> => {
    const found = await read()
    for (const start = Date.now(); found.length < at_least && Date.now() - start < wait_ms; await sleep(25)) {
      found.push(...(await read()))
    }
    return found
  }

  await eventsAfter()
  await mailAfter()
  return {
    host,
    async renewToken() {
      token = await newToken()
    },
    request,
    requestOf,
    must,
    newEvents: (at_least) => until(at_least, eventsAfter),
    newMail: (at_least) => until(at_least, mailAfter),
    async ledger(connection_id, identifier) {
      const q = encodeURIComponent(identifier)
      const listed = objects(await must('GET', `migrations/${connection_id}/records?q=${q}`), 'records')
      const whole = listed.map((record) =>
        must('GET', `migrations/${connection_id}/records/${textMember(record, 'record_id')}`),
      )
      return objects(await Promise.all(whole))
    },
  }
}
