import { bodyNames, type HttpAnswer, type HttpRequest } from './http-request.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import type { Placeholders } from './placeholders.ts'

// What says nothing of the answer, or differs from run to run.
const left_out_headers = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
])

/** A request as it is recorded: method, path, host where it is not `own_host`, headers, names of the body. */
export function shownRequest(request: HttpRequest, own_host: string, { text }: Placeholders): JsonObject {
  const { host = own_host, path, headers = {} } = request
  const names = bodyNames(request)
  const shown = Object.entries(headers).map(([name, value]) => [
    name,
    // Which scheme proves the caller says enough.
    name === 'authorization' ? (value.split(' ')[0] ?? '') : text(value),
  ])
  return {
    method: request.method ?? (names === undefined ? 'GET' : 'POST'),
    path: text(path),
    ...(host === own_host ? {} : { host: text(host) }),
    ...(shown.length === 0 ? {} : { headers: Object.fromEntries(shown) as JsonObject }),
    ...(names === undefined ? {} : { body: names }),
  }
}

/** An answer as it is recorded: status, headers, body. */
export function shownAnswer(answer: HttpAnswer, { text }: Placeholders, clean: (value: Json) => Json): JsonObject {
  const headers = Object.entries(answer.headers)
    .filter(([name]) => !left_out_headers.has(name))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
  const body = bodyOf(answer)
  return {
    status: answer.status,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, text(value)])),
    ...(body === undefined ? {} : { body: clean(body) }),
  }
}

/** JSON as it is, pages by line; of files only that there is something. */
function bodyOf({ text, json, headers }: HttpAnswer): Json | undefined {
  const type = headers['content-type'] ?? ''
  if (text === '') return undefined
  if (/^(?:text\/css|image\/)/.test(type)) return '<file>'
  if (type.startsWith('application/json') && json !== undefined) return json
  return linesOf(text)
}

function linesOf(text: string): string[] {
  return text
    .replaceAll(/<(style|script)>.*?<\/\1>/gs, '<$1></$1>')
    .split('\n')
    .filter((line) => line.trim() !== '')
}

/** A message as it is recorded, its texts by line. */
export function shownMail({ id: _id, text, html, ...message }: JsonObject): JsonObject {
  return { ...message, text: linesOf(String(text)), html: linesOf(String(html)) }
}

/** Header and claims of the signed tokens in an answer. */
export function claimsOf(body: Json | undefined): JsonObject {
  if (!isObject(body)) return {}
  const tokens = Object.entries(body).filter(
    ([name, value]) => /^(?:access|id)_token$/.test(name) && typeof value === 'string' && value.startsWith('eyJ'),
  )
  return Object.fromEntries(
    tokens.map(([name, value]) => {
      const [header, payload] = String(value)
        .split('.', 2)
        .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Json)
      return [name, { header: header ?? null, payload: payload ?? null }]
    }),
  )
}

/** Sorts arrays that have no order of their own by what their items say, whatever their ids are. */
export function sorted(value: Json, unordered: string[], keyOf: (item: Json) => string, key = ''): Json {
  if (Array.isArray(value)) {
    const items = value.map((each) => sorted(each, unordered, keyOf))
    return unordered.includes(key) ? items.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)) : items
  }
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, sorted(each, unordered, keyOf, name)]))
}

/** Events of one moment have no order of their own. */
export function byTypeAndText(one: JsonObject, other: JsonObject): number {
  const key = ({ type, description }: JsonObject): string => JSON.stringify([type, description])
  return key(one) < key(other) ? -1 : 1
}
