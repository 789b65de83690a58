// Sends Management API requests and holds every good answer to the contract: its status and its shape.
import assert from 'node:assert/strict'
import { Compile, type Validator } from 'typebox/compile'
import type { JsonObject, JsonValue } from '../../src/base/json.ts'
import type { Route } from '../../src/contract/route.ts'
import { routes } from '../../src/contract/routes.ts'
import { startHouse, type Answer, type HouseOptions } from '../support/house.ts'

const operations = Object.entries<Route>(routes).map(([name, route]) => ({
  name,
  route,
  // A fixed part of a path wins over a parameter.
  pattern: new RegExp(`^${route.url.replaceAll(/:[a-z_]+/g, '[^/?]+')}$`),
  validator: undefined as Validator | undefined,
}))

function operationOf(method: string, path: string) {
  const url = `/api/v2/${path.split('?')[0] ?? ''}`
  const fitting = operations.filter(({ route, pattern }) => route.method === method && pattern.test(url))
  return fitting.find(({ route }) => !route.url.includes(':')) ?? fitting[0]
}

function checkAnswer(method: string, path: string, answer: Answer): void {
  if (answer.status >= 500 && answer.status !== 503) assert.fail(`${method} ${path}: ${answer.status} ${answer.text}`)
  assert.ok(answer.headers.has('x-ratelimit-limit'), `${method} ${path} tells no rate limit`)
  if (answer.status >= 300) {
    const said = answer.json as JsonObject
    assert.equal(said['statusCode'], answer.status)
    assert.equal(typeof said['message'], 'string')
    return
  }
  const operation = operationOf(method, path)
  if (!operation) return
  const { route, name } = operation
  assert.equal(answer.status, route.status, `${name} answers with another status than the contract says`)
  if (/[?&]fields=/.test(path)) return
  operation.validator ??= Compile(route.response)
  const value = answer.text === '' ? null : answer.json
  if (!operation.validator.Check(value)) {
    assert.fail(
      `${name} answers otherwise than the contract says: ${JSON.stringify(operation.validator.Errors(value))}`,
    )
  }
}

/** A house whose Management API answers are all checked. */
export type CheckedHouse = Awaited<ReturnType<typeof startCheckedHouse>>

/** Starts a house; `api` and `must` hold what it answers to the contract. */
export async function startCheckedHouse(options: HouseOptions = {}) {
  const house = await startHouse(options)
  const api = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await house.api(method, path, body)
    checkAnswer(method, path, answer)
    return answer
  }
  return {
    ...house,
    api,
    /** The answer's body; any failure fails the test. */
    async must(method: string, path: string, body?: unknown): Promise<ReturnType<typeof JSON.parse>> {
      const answer = await api(method, path, body)
      assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`)
      return answer.json
    },
    /** Status, error code and message of a refusal. */
    async refused(method: string, path: string, body?: unknown): Promise<[number, JsonValue | undefined, string]> {
      const { status, json } = await api(method, path, body)
      const said = json as JsonObject
      return [status, said?.['errorCode'], String(said?.['message'])]
    },
  }
}

/** Scripts of a legacy store with the given people in it; the password of each is `right one`. */
export function legacyScripts(people: JsonObject[]): JsonObject {
  const find = `const find = (name) => ${JSON.stringify(people)}.find((one) => one.email === name.toLowerCase())`
  return {
    login: `function login(email, password, callback) {
      ${find}
      const found = find(email)
      if (!found) return callback(new WrongUsernameOrPasswordError(email))
      if (password !== 'right one') return callback(new WrongUsernameOrPasswordError(found.user_id))
      return callback(null, found)
    }`,
    get_user: `function getByEmail(email, callback) {
      ${find}
      if (email === 'down@legacy.example') {
        const error = new Error('connect ECONNREFUSED'); error.code = 'ECONNREFUSED'
        return callback(error)
      }
      return callback(null, find(email) || null)
    }`,
  }
}
