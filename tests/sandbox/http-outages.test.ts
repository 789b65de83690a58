/** What HTTP libraries report of a store that stalls, cuts its answer off or cannot answer now is an outage. */
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { readScriptResult } from '../../src/connections/action-script-result.ts'
import type { EgressPolicy } from '../../src/sandbox/egress-types.ts'
import { openTestRuntime, quick_limits } from './test-runtime.ts'

const runtime = openTestRuntime()
const cut_after_ms = 50

const answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  '/never': () => {},
  '/stall': (_request, response) => response.writeHead(200, { 'content-length': '100' }).write('abc'),
  '/stall-chunked': (_request, response) => response.writeHead(200).write('abc'),
  '/cut': (request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('abc')
    setTimeout(() => request.socket.destroy(), cut_after_ms)
  },
  '/cut-chunked': (request, response) => {
    response.writeHead(200).write('abc')
    setTimeout(() => request.socket.destroy(), cut_after_ms)
  },
}
const http = createServer((request, response) => {
  const answer = answers[request.url ?? '']
  if (answer) return answer(request, response)
  return response.writeHead(Number(request.url?.slice(1))).end('not now')
})

before(() => new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve)))
after(() => {
  http.closeAllConnections()
  http.close()
})

const libraries: Record<string, string> = {
  'fetch with AbortSignal.timeout': `async (url, cb) => { const r = await fetch(url, { signal: AbortSignal.timeout(500) }); const text = await r.text(); if (!r.ok) throw Object.assign(new Error('no'), { status: r.status }); cb(null, text) }`,
  'fetch with AbortController and a reader': `async (url, cb) => { const c = new AbortController(); setTimeout(() => c.abort(), 500); const r = await fetch(url, { signal: c.signal }); if (!r.ok) throw Object.assign(new Error('no'), { statusCode: r.status }); const reader = r.body.getReader(); while (!(await reader.read()).done); cb(null, 1) }`,
  'undici.request': `async (url, cb) => { const r = await require('undici').request(url, { signal: AbortSignal.timeout(500) }); const text = await r.body.text(); if (r.statusCode > 299) throw Object.assign(new Error('no'), { statusCode: r.statusCode }); cb(null, text) }`,
  'axios with timeout': `async (url, cb) => cb(null, (await require('axios').get(url, { timeout: 500 })).data)`,
  'axios with a signal': `async (url, cb) => cb(null, (await require('axios').get(url, { signal: AbortSignal.timeout(500) })).data)`,
  'node-fetch with timeout': `async (url, cb) => { const r = await require('node-fetch')(url, { timeout: 500 }); const text = await r.text(); if (!r.ok) throw Object.assign(new Error('no'), { response: r }); cb(null, text) }`,
  request: `(url, cb) => request({ url, timeout: 500 }, (e, r, b) => (e ? cb(e) : cb(r.statusCode > 299 ? Object.assign(new Error('no'), { response: r }) : null, b)))`,
  'request-promise': `(url, cb) => require('request-promise')({ url, timeout: 500 }).then((b) => cb(null, b), cb)`,
}

async function outcomeOf(source: string, path: string) {
  const port = (http.address() as AddressInfo).port
  const egress: EgressPolicy = { mode: 'open', allow: [`127.0.0.1:${port}`], private_networks: true }
  const result = await runtime.run(source, {
    unit: 'http',
    args: [`http://127.0.0.1:${port}${path}`],
    egress,
    limits: { ...quick_limits, deadline_ms: 20_000 },
  })
  const read = readScriptResult(result)
  return read.kind === 'failed' ? read.outcome : `${read.kind}: ${JSON.stringify(result)}`
}

for (const [name, source] of Object.entries(libraries)) {
  test(`${name}: a body that stalls or is cut off ends the call as an outage, long before its deadline [guard: http-body-outage]`, async () => {
    for (const [path, outcomes] of Object.entries({
      '/never': ['legacy_timeout'],
      '/stall': ['legacy_timeout', 'legacy_unreachable'],
      '/stall-chunked': ['legacy_timeout', 'legacy_unreachable'],
      '/cut': ['legacy_unreachable', 'legacy_timeout'],
      '/cut-chunked': ['legacy_unreachable'],
    })) {
      const outcome = await outcomeOf(source, path)
      assert.ok(outcomes.includes(outcome), `${path}: ${outcome}`)
    }
  })

  test(`${name}: 429, 502, 503 and 504 are outages, 401 and 500 are not [guard: http-status-outage]`, async () => {
    const expected: Record<number, string> = {
      429: 'legacy_unreachable',
      502: 'legacy_unreachable',
      503: 'legacy_unreachable',
      504: 'legacy_timeout',
      401: 'script_error',
      500: 'script_error',
    }
    for (const [status, outcome] of Object.entries(expected))
      assert.equal(await outcomeOf(source, `/${status}`), outcome, status)
  })
}
