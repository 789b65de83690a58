import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import type { Json } from './json.ts'

/** One HTTP request to this machine. At most one of `json`, `form` and `text` is its body. */
export type HttpRequest = {
  method?: string
  /** With the query string. */
  path: string
  /** The Host header; the connection always goes to 127.0.0.1. */
  host?: string
  headers?: Record<string, string>
  json?: Json
  form?: Record<string, string>
  text?: string
}

/** An HTTP answer; `json` is undefined where the body is not JSON. */
export type HttpAnswer = {
  status: number
  headers: Record<string, string>
  text: string
  json: Json | undefined
}

/** Sends a request to a port of this machine and reads the whole answer. Redirects are not followed. */
export async function send(port: number, request: HttpRequest): Promise<HttpAnswer> {
  const { type, text } = bodyOf(request)
  const sent = httpRequest({
    host: '127.0.0.1',
    port,
    path: request.path,
    method: request.method ?? (text === undefined ? 'GET' : 'POST'),
    agent: false,
    headers: {
      host: request.host ?? `localhost:${port}`,
      'user-agent': 'tour',
      ...(text === undefined ? {} : { 'content-type': type, 'content-length': String(Buffer.byteLength(text)) }),
      ...request.headers,
    },
  })
  sent.end(text)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const read = await readText(answer)
  const headers = Object.entries(answer.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join('\n') : value]],
  )
  return { status: answer.statusCode ?? 0, headers: Object.fromEntries(headers), text: read, json: parsed(read) }
}

/** The names of a request's body members; a body that is no object has none. */
export function bodyNames({ json, form, text }: HttpRequest): string[] | undefined {
  if (form !== undefined) return Object.keys(form)
  if (json === undefined) return text === undefined ? undefined : []
  return typeof json === 'object' && json !== null ? Object.keys(json) : []
}

function bodyOf({ json, form, text }: HttpRequest): { type: string; text: string | undefined } {
  if (form !== undefined) {
    return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(form).toString() }
  }
  return { type: 'application/json', text: json === undefined ? text : JSON.stringify(json) }
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
