import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { classifyScriptError } from '../../src/connections/classify-script-error.ts'
import { openTestRuntime } from '../sandbox/test-runtime.ts'

const runtime = openTestRuntime()

/** Answers `/<status>` with it, cuts the body of `/cut`, and never answers `/silent` nor ends `/stalled`. */
const web_service = createServer((request, response) => {
  const path = String(request.url).slice(1)
  if (/^\d+$/.test(path)) return response.writeHead(Number(path), { 'content-type': 'application/json' }).end('{}')
  if (path === 'silent') return
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
  response.write('{"part":')
  if (path === 'cut') setTimeout(() => response.destroy(), 50)
})

/** Scripts as people write them, for a URL; each passes the library's own error to the callback. */
const scripts = {
  axios: `(url, cb) => require('axios').get(url, { timeout: 300 }).then((r) => cb(null, r.data), cb)`,
  'an axios stream': `(url, cb) => require('axios').get(url, { timeout: 300, responseType: 'stream' }).then((r) => r.data.on('error', cb).on('end', () => cb(null, 1)).resume(), cb)`,
  'axios with a signal': `(url, cb) => require('axios').get(url, { signal: AbortSignal.timeout(300) }).then((r) => cb(null, r.data), cb)`,
  request: `(url, cb) => request({ url, timeout: 300 }, (error, response, body) => {
    if (error) return cb(error)
    if (response.statusCode !== 200) return cb(Object.assign(new Error('not OK'), { statusCode: response.statusCode }))
    cb(null, body)
  })`,
  'request-promise': `(url, cb) => require('request-promise')({ url, timeout: 300 }).then((body) => cb(null, body), cb)`,
  'node-fetch': `async (url, cb) => {
    try {
      const response = await require('node-fetch@2.6.0')(url, { timeout: 300 })
      if (!response.ok) throw Object.assign(new Error('not OK'), { response })
      cb(null, await response.text())
    } catch (error) { cb(error) }
  }`,
  fetch: `async (url, cb) => {
    try {
      const response = await fetch(url)
      if (!response.ok) throw Object.assign(new Error('not OK'), { response })
      cb(null, await response.text())
    } catch (error) { cb(error) }
  }`,
  http: `(url, cb) => require('http').get(url, (response) => {
    if (response.statusCode !== 200) return cb(Object.assign(new Error('not OK'), { response }))
    response.on('error', cb).on('end', () => cb(null, 1)).resume()
  }).on('error', cb)`,
}
type Library = keyof typeof scripts

describe('a failed request of a script to a web service', () => {
  let base: string
  let allow: string[]
  before(async () => {
    await new Promise<void>((resolve) => web_service.listen(0, '127.0.0.1', resolve))
    const { port } = web_service.address() as AddressInfo
    base = `http://127.0.0.1:${port}/`
    allow = [`127.0.0.1:${port}`]
  })
  after(() => web_service.closeAllConnections())
  after(() => web_service.close())

  /** The class of the error by itself, without the connections that the sandbox saw failing. */
  async function classOf(library: Library, path: string) {
    const egress = { mode: 'open' as const, allow, private_networks: true }
    const result = await runtime.run(scripts[library], { args: [`${base}${path}`], egress })
    assert.ok(result.kind === 'failed', `${library} ${path}: ${JSON.stringify(result)}`)
    return [classifyScriptError(result.error, []), result.error] as const
  }

  const statuses: [path: string, outcome: string | undefined][] = [
    ['429', 'legacy_unreachable'],
    ['502', 'legacy_unreachable'],
    ['503', 'legacy_unreachable'],
    ['504', 'legacy_timeout'],
    ['401', undefined],
    ['500', undefined],
  ]
  for (const library of ['axios', 'request', 'request-promise', 'node-fetch', 'fetch', 'http'] satisfies Library[]) {
    test(`is an outage by its status with ${library} [guard: http-status-is-outage]`, async () => {
      for (const [path, outcome] of statuses) {
        const [found, error] = await classOf(library, path)
        assert.equal(found, outcome, `${path}: ${JSON.stringify(error)}`)
      }
    })
  }

  const failures: [library: Library, path: string, outcome: string][] = [
    ['axios', 'silent', 'legacy_timeout'],
    ['axios', 'stalled', 'legacy_unreachable'],
    ['axios', 'cut', 'legacy_unreachable'],
    ['an axios stream', 'cut', 'legacy_unreachable'],
    ['axios with a signal', 'silent', 'legacy_timeout'],
    ['request', 'silent', 'legacy_timeout'],
    ['request', 'cut', 'legacy_unreachable'],
    ['request-promise', 'silent', 'legacy_timeout'],
    ['request-promise', 'cut', 'legacy_unreachable'],
    ['node-fetch', 'silent', 'legacy_timeout'],
    ['node-fetch', 'stalled', 'legacy_timeout'],
    ['http', 'cut', 'legacy_unreachable'],
  ]
  for (const [library, path, outcome] of failures) {
    test(`is an outage with ${library} when the response is ${path} [guard: http-library-failure-is-outage]`, async () => {
      const [found, error] = await classOf(library, path)
      assert.equal(found, outcome, JSON.stringify(error))
    })
  }
})

test('errors of other libraries that mean an outage are outages', () => {
  const unreachable = [
    { name: 'MongoServerSelectionError', message: 'Server selection timed out after 5000 ms' },
    { name: 'BusyError', message: 'Busy Error', code: '51' },
    { name: 'ConnectionError', message: 'connection unavailable' },
    { name: 'TooManyRequestsException', message: 'Rate exceeded', code: 'TooManyRequestsException', status: 400 },
    { name: 'NetworkingError', message: 'connect', code: 'NetworkingError' },
    { name: 'Neo4jError', message: 'Could not perform discovery', code: 'ServiceUnavailable' },
  ]
  for (const error of unreachable) assert.equal(classifyScriptError(error, []), 'legacy_unreachable', error.name)
  const own = [
    { name: 'MongoServerError', message: 'Authentication failed.', code: '18' },
    { name: 'InvalidCredentialsError', message: 'Invalid Credentials', code: '49' },
    { name: 'ConnectionError', message: "Login failed for user 'a'.", code: 'ELOGIN' },
    { name: 'NotAuthorizedException', message: 'Incorrect username or password.', status: 400 },
    { name: 'Error', message: 'the status was 503' },
  ]
  for (const error of own) assert.equal(classifyScriptError(error, []), undefined, error.name)
})
