/** What HTTP libraries report of a store that stalls, cuts its answer off or cannot answer now is an outage. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { readScriptResult } from '../../src/connections/action-script-result.ts'
import { classifyScriptError } from '../../src/connections/classify-script-error.ts'
import { openTestRuntime, quick_limits } from '../sandbox/test-runtime.ts'

const runtime = openTestRuntime()
const cut_after_ms = 50

/** Answers `/<status>` with it, never answers `/never`, and stalls in or cuts off the body of the others, with a length or in chunks. */
const web_service = createServer((request, response) => {
  const path = String(request.url).slice(1)
  if (/^\d+$/.test(path)) return response.writeHead(Number(path), { 'content-type': 'application/json' }).end('{}')
  if (path === 'never') return
  response.writeHead(200, path.endsWith('chunked') ? {} : { 'content-length': '100' }).write('{"part":')
  if (path.startsWith('cut')) setTimeout(() => request.socket.destroy(), cut_after_ms)
})

const fetched = `if (!response.ok) throw Object.assign(new Error('not OK'), { response })`

/** Scripts as people write them, for a URL; each waits so long and passes the library's own error to the callback, or throws it. */
const scriptsWaiting = (ms: number): Record<string, string> => ({
  axios: `(url, cb) => require('axios').get(url, { timeout: ${ms} }).then((r) => cb(null, r.data), cb)`,
  'an axios stream': `(url, cb) => require('axios').get(url, { timeout: ${ms}, responseType: 'stream' }).then((r) => r.data.on('error', cb).on('end', () => cb(null, 1)).resume(), cb)`,
  'axios with a signal': `async (url, cb) => cb(null, (await require('axios').get(url, { signal: AbortSignal.timeout(${ms}) })).data)`,
  request: `(url, cb) => request({ url, timeout: ${ms} }, (error, response, body) => {
    if (error) return cb(error)
    if (response.statusCode !== 200) return cb(Object.assign(new Error('not OK'), { statusCode: response.statusCode }))
    cb(null, body)
  })`,
  'request-promise': `(url, cb) => require('request-promise')({ url, timeout: ${ms} }).then((body) => cb(null, body), cb)`,
  'node-fetch': `async (url, cb) => {
    try {
      const response = await require('node-fetch@2.6.0')(url, { timeout: ${ms} })
      ${fetched}
      cb(null, await response.text())
    } catch (error) { cb(error) }
  }`,
  'fetch with AbortSignal.timeout': `async (url, cb) => {
    const response = await fetch(url, { signal: AbortSignal.timeout(${ms}) })
    ${fetched}
    cb(null, await response.text())
  }`,
  'fetch with AbortController and a reader': `async (url, cb) => {
    const aborter = new AbortController()
    setTimeout(() => aborter.abort(), ${ms})
    const response = await fetch(url, { signal: aborter.signal })
    if (!response.ok) throw Object.assign(new Error('not OK'), { status: response.status })
    const reader = response.body.getReader()
    while (!(await reader.read()).done);
    cb(null, 1)
  }`,
  'undici.request': `async (url, cb) => {
    const response = await require('undici').request(url, { signal: AbortSignal.timeout(${ms}) })
    const text = await response.body.text()
    if (response.statusCode > 299) throw Object.assign(new Error('not OK'), { statusCode: response.statusCode })
    cb(null, text)
  }`,
  http: `(url, cb) => require('http').get(url, { timeout: ${ms} }, (response) => {
    if (response.statusCode !== 200) return cb(Object.assign(new Error('not OK'), { response }))
    response.on('error', cb).on('end', () => cb(null, 1)).resume()
  }).on('error', cb).on('timeout', function () { this.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })) })`,
})
const libraries = Object.keys(scriptsWaiting(0))

const statuses: Record<string, string> = {
  429: 'legacy_unreachable',
  502: 'legacy_unreachable',
  503: 'legacy_unreachable',
  504: 'legacy_timeout',
  401: 'script_error',
  500: 'script_error',
}
const either = ['legacy_unreachable', 'legacy_timeout']
const bodies: Record<string, string[]> = {
  never: ['legacy_timeout'],
  stall: either,
  'stall-chunked': either,
  cut: either,
  'cut-chunked': ['legacy_unreachable'],
}
/** The failures that the error of the library explains by itself, without the connections that the sandbox saw failing. */
const explained: Record<string, Record<string, string>> = {
  axios: { never: 'legacy_timeout', stall: 'legacy_unreachable', cut: 'legacy_unreachable' },
  'an axios stream': { cut: 'legacy_unreachable' },
  'axios with a signal': { never: 'legacy_timeout' },
  request: { never: 'legacy_timeout', cut: 'legacy_unreachable' },
  'request-promise': { never: 'legacy_timeout', cut: 'legacy_unreachable' },
  'node-fetch': { never: 'legacy_timeout', stall: 'legacy_timeout' },
  http: { cut: 'legacy_unreachable' },
}
// The timeout of axios ends when the response begins: the body of a stream has none.
const unlimited: Record<string, string[]> = { 'an axios stream': ['stall', 'stall-chunked'] }

describe('a failed request of a script to a web service', () => {
  before(() => new Promise<void>((resolve) => web_service.listen(0, '127.0.0.1', resolve)))
  after(() => {
    web_service.closeAllConnections()
    web_service.close()
  })

  /** The outcome of a script for a path, and what its error means by itself. Only where the service does not answer is its time-out short. */
  async function failureOf(library: string, path: string, stall_ms = 300) {
    const source = scriptsWaiting(/^(never|stall)/.test(path) ? stall_ms : 15_000)[library] ?? ''
    const { port } = web_service.address() as AddressInfo
    const result = await runtime.run(source, {
      unit: 'http',
      args: [`http://127.0.0.1:${port}/${path}`],
      egress: { mode: 'open', allow: [`127.0.0.1:${port}`], private_networks: true },
      limits: { ...quick_limits, deadline_ms: 20_000 },
    })
    const about = `${path}: ${JSON.stringify(result)}`
    assert.ok(result.kind === 'failed', about)
    const read = readScriptResult(result)
    assert.ok(read.kind === 'failed', about)
    return { outcome: read.outcome, by_itself: classifyScriptError(result.error, []), about }
  }

  for (const library of libraries) {
    test(`${library}: 429, 502, 503 and 504 are outages, 401 and 500 are not [guard: http-status-is-outage]`, async () => {
      for (const [status, expected] of Object.entries(statuses)) {
        const { outcome, by_itself, about } = await failureOf(library, status)
        assert.equal(outcome, expected, about)
        assert.equal(by_itself ?? 'script_error', expected, about)
      }
    })

    test(`${library}: a body that stalls or is cut off ends the call as an outage, long before its deadline [guard: http-body-outage]`, async () => {
      for (const [path, expected] of Object.entries(bodies)) {
        if (unlimited[library]?.includes(path)) continue
        const { outcome, about } = await failureOf(library, path)
        assert.ok(expected.includes(outcome), about)
      }
    })
  }

  for (const [library, failures] of Object.entries(explained)) {
    test(`${library}: its error alone means an outage [guard: http-library-failure-is-outage]`, async () => {
      for (const [path, expected] of Object.entries(failures)) {
        // The head of the answer arrives before the time-out, also on a busy machine.
        const { by_itself, about } = await failureOf(library, path, 1500)
        assert.equal(by_itself, expected, about)
      }
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
    { name: 'error', message: 'currval of sequence "s" is not yet defined in this session', code: '55000' },
  ]
  for (const error of own) assert.equal(classifyScriptError(error, []), undefined, error.name)
})
