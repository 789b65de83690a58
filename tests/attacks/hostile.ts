// What an attacker sends: requests with any host, bytes that no client would write, and a tenant of their own.
import { request } from 'node:http'
import { connect } from 'node:net'
import type { JsonObject, JsonValue } from '../../src/base/json.ts'
import { member, type Answer, type TestHouse } from '../support/house.ts'

/** A request as an attacker wants it: `host` stands in the Host header, whatever is dialled. */
export type Wanted = {
  method?: string
  path: string
  host: string
  headers?: Record<string, string | string[]>
  body?: unknown
}

/** Sends a request to a house and reads the whole answer. */
export function sendTo(house: TestHouse, wanted: Wanted): Promise<Answer> {
  const body = wanted.body === undefined || typeof wanted.body === 'string' ? wanted.body : JSON.stringify(wanted.body)
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: house.port,
        method: wanted.method ?? (body === undefined ? 'GET' : 'POST'),
        path: wanted.path,
        headers: {
          host: wanted.host,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...wanted.headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          const headers = new Headers()
          for (const [name, value] of Object.entries(response.headers)) headers.set(name, String(value))
          resolve({ status: response.statusCode ?? 0, headers, text, json: jsonOf(text) })
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

function jsonOf(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

/** Writes bytes to a house's port and gives what comes back until it closes, or until `wait_ms` have passed. */
export function sendBytes(house: TestHouse, bytes: string | Buffer, wait_ms = 2000): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(house.port, '127.0.0.1')
    const chunks: Buffer[] = []
    const end = (): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(Buffer.concat(chunks).toString('latin1'))
    }
    const timer = setTimeout(end, wait_ms)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('close', end)
    socket.on('error', end)
    socket.write(bytes)
  })
}

/** A tenant besides the default one, with its own way into the Management API. */
export type OtherTenant = {
  id: string
  host: string
  issuer: string
  audience: string
  client: { client_id: string; client_secret: string }
  token: string
  api(method: string, path: string, body?: unknown): Promise<Answer>
  must(method: string, path: string, body?: unknown): Promise<JsonValue | undefined>
}

/** Makes a tenant at `host` through the operator's API. */
export async function makeTenant(
  house: TestHouse,
  name: string,
  host: string,
  more: JsonObject = {},
): Promise<OtherTenant> {
  const made = await house.must('POST', 'tenants', { name, domain: host, ...more })
  const text = (member_name: string): string => String(member(made, member_name))
  const client = { client_id: text('management_client_id'), client_secret: text('management_client_secret') }
  const audience = text('management_audience')
  const got = await sendTo(house, {
    path: '/oauth/token',
    host,
    body: { grant_type: 'client_credentials', ...client, audience },
  })
  const token = String(member(got.json, 'access_token'))
  const api = (method: string, path: string, body?: unknown): Promise<Answer> =>
    sendTo(house, {
      method,
      path: `/api/v2/${path}`,
      host,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
    })
  return {
    id: text('id'),
    host,
    issuer: text('issuer'),
    audience,
    client,
    token,
    api,
    async must(method, path, body) {
      const answer = await api(method, path, body)
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
      return answer.json
    },
  }
}

/** The middle one of a list of numbers. */
export function median(values: number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** How far the middle half of a list of numbers reaches, as a share of the median. */
export function spread(values: number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return (at(0.75) - at(0.25)) / median(values)
}
