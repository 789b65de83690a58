// HTTP requests of tests, and how tests read the answers.
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { text as readText } from 'node:stream/consumers'
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/base/json.ts'

/** A parsed JSON body. Tests assert on its members, so it has no declared shape. */
export type Json = ReturnType<typeof JSON.parse>

/** A whole answer; `json` is undefined where the body is not JSON. */
export type Answer = { status: number; headers: Headers; text: string; json: Json }

/** What to send: an object becomes JSON, `URLSearchParams` a form; text and bytes are sent as they are. */
export type RequestInput = {
  /** Default: POST with a body, GET without. */
  method?: string
  headers?: Record<string, string | string[]>
  body?: unknown
  /** The certificate authority to trust, as PEM, for https. */
  ca?: string
}

/** A client of a tenant, made through the Management API. */
export type TestClient = { client_id: string; client_secret: string }

const json_type = 'application/json'

/**
 * Sends a request to this machine, whatever host the address names: the host is sent in the Host header only. Reads the
 * whole answer; redirects are not followed.
 */
export async function send(url: string | URL, input: RequestInput = {}): Promise<Answer> {
  const { protocol, hostname, host, port, pathname, search } = new URL(url)
  const { type, bytes } = encodeBody(input.body)
  const options = {
    host: '127.0.0.1',
    port,
    path: pathname + search,
    method: input.method ?? (bytes === undefined ? 'GET' : 'POST'),
    // A connection of its own: a pooled one may break because of an earlier request.
    agent: false,
    headers: { host, ...(type === undefined ? {} : { 'content-type': type }), ...input.headers },
  }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent =
      protocol === 'https:'
        ? httpsRequest(
            { ...options, servername: hostname, ...(input.ca === undefined ? {} : { ca: input.ca }) },
            resolve,
          )
        : httpRequest(options, resolve)
    sent.on('error', reject)
    sent.end(bytes)
  })
  return await readAnswer(response)
}

function encodeBody(body: unknown): { type?: string; bytes?: string | Uint8Array } {
  if (body === undefined) return {}
  if (typeof body === 'string' || body instanceof Uint8Array) return { bytes: body }
  if (body instanceof URLSearchParams) return { type: 'application/x-www-form-urlencoded', bytes: body.toString() }
  return { type: json_type, bytes: JSON.stringify(body) }
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const text = await readText(response)
  const headers = new Headers()
  for (const [name, values] of Object.entries(response.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }
  const is_json = /\bjson\b/.test(headers.get('content-type') ?? '') && text !== ''
  return { status: response.statusCode ?? 0, headers, text, json: is_json ? JSON.parse(text) : undefined }
}

/** Member `name` of a JSON object; undefined where there is none. */
export function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined
}

/** The objects of a JSON array, or of the array under `name`. */
export function objects(value: JsonValue | undefined, name?: string): JsonObject[] {
  const array = name === undefined ? value : member(value, name)
  return Array.isArray(array) ? array.filter((each) => isJsonObject(each)) : []
}

/** The outcome of a login, from its log event. */
export function outcomeOf(event: JsonObject | undefined): JsonValue | undefined {
  return member(member(event?.['details'], 'migration'), 'outcome')
}

/** The headers of a request with this access token. */
export function bearer(token: unknown): { authorization: string } {
  return { authorization: `Bearer ${String(token)}` }
}

/** The ticket of a mailed link, or of the form in a page. @throws Error where there is none */
export function ticketIn(text: unknown): string {
  const found = /(?:ticket=|name="ticket" value=")([A-Za-z0-9]+)/.exec(String(text))?.[1]
  if (found === undefined) throw new Error('There is no ticket')
  return found
}
