import assert from 'node:assert/strict'
import { Compile, type Validator } from 'typebox/compile'
import type { Route } from '../../src/contract/route.ts'
import { routes } from '../../src/contract/routes.ts'
import type { Answer } from './requests.ts'

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

/** Holds an answer of the Management API to the contract: its headers, its status and its shape. @throws AssertionError */
export function checkContract(method: string, path: string, answer: Answer): void {
  // A legacy store that fails, or is unavailable.
  if (answer.status >= 500 && ![502, 503].includes(answer.status))
    assert.fail(`${method} ${path}: ${answer.status} ${answer.text}`)
  assert.ok(answer.headers.has('x-ratelimit-limit'), `${method} ${path} has no rate limit headers`)
  if (answer.status >= 300) {
    assert.equal(answer.json?.statusCode, answer.status, answer.text)
    assert.equal(typeof answer.json?.message, 'string')
    return
  }
  const operation = operationOf(method, path)
  if (!operation) return
  const { route, name } = operation
  const has_no_content = 'type' in route.response && route.response.type === 'null'
  const expected = answer.text === '' && !has_no_content ? 204 : route.status
  assert.equal(answer.status, expected, `${name} answers with another status than the contract says`)
  if (/[?&]fields=/.test(path)) return
  operation.validator ??= Compile(route.response)
  const value: unknown = answer.text === '' ? null : answer.json
  if (operation.validator.Check(value)) return
  assert.fail(`${name} does not answer what the contract says: ${JSON.stringify(operation.validator.Errors(value))}`)
}
