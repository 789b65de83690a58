import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { before, describe, test } from 'node:test'
import { freeAdminUrl } from '../support/admin-urls.ts'
import { bearer, send, ticketIn } from '../support/requests.ts'
import { logEntries, startServerProcess } from '../support/server-process.ts'
import { addressOf, createTenantApi } from '../support/tenant-api.ts'
import { waitUntil } from '../support/wait-until.ts'

const secret_password = 'Correct-Horse-Battery-0123'
const secret_email = 'ana@example.com'
const secret_ticket = 'TICKETtickettickettickettickett1'

describe('a server that gets SIGTERM during a request', () => {
  const slow_answer: string[] = []
  let status: number | null
  let printed: string[]
  let log: string
  let stderr: string
  let secrets: string[]
  let refused: unknown
  let answered_before_body: string

  before(async () => {
    const server = await startServerProcess({
      env: { WHERRY_LOG_LEVEL: 'trace', WHERRY_ADMIN_URL: await freeAdminUrl() },
    })
    const first_run = server.firstRun()
    const tenant = createTenantApi(addressOf(first_run))
    const access_token = await tenant.managementToken()
    await tenant.send(`/u/reset-verify?ticket=${secret_ticket}`)
    await tenant.send(`/nothing/${secret_ticket}?token=${secret_ticket}`)
    const q = encodeURIComponent(`email:"${secret_email}"`)
    await tenant.send(`/api/v2/users?q=${q}`, { headers: bearer(access_token) })
    const login = { grant_type: 'password', username: secret_email, password: secret_password, client_id: 'unknown' }
    await tenant.post('/oauth/token', login)
    await tenant.post('/oauth/token', `{"password":"${secret_password}`)

    // A request whose body is incomplete when the signal comes. The server answers 100 as soon as it has read the head.
    const body = JSON.stringify({ grant_type: 'password', username: 'x', password: secret_password, client_id: 'y' })
    const slow = connect(server.port, '127.0.0.1')
    slow.on('data', (chunk: Buffer) => slow_answer.push(chunk.toString()))
    slow.write(
      `POST /oauth/token HTTP/1.1\r\nhost: localhost:${server.port}\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
    )
    await waitUntil(() => slow_answer.join('') === 'HTTP/1.1 100 Continue\r\n\r\n')
    slow_answer.length = 0
    server.signal('SIGTERM')
    await waitUntil(() => server.lines().some((line) => line.includes('"msg":"stopping')))
    // It closes its port a moment after it says that it stops.
    await waitUntil(async () => {
      refused = await send(`${server.origin}/health/live`).catch((error: unknown) => error)
      return refused instanceof Error
    })
    answered_before_body = slow_answer.join('')
    slow.write(body.slice(10))
    await once(slow, 'close')
    status = await server.stop()
    const welcome_ends = server.lines().findIndex((line) => line.includes('"msg":"ready"'))
    printed = server.lines().slice(welcome_ends)
    stderr = server.stderr()
    log = `${server
      .lines()
      .filter((line) => line.startsWith('{"level"'))
      .join('\n')}${stderr}`
    secrets = [
      secret_password,
      secret_ticket,
      secret_email,
      ticketIn(first_run.admin_setup_url),
      access_token,
      access_token.split('.')[1] ?? 'none',
      first_run.management_client_secret,
      '?',
    ]
  })

  test('answers the request in flight', () => {
    assert.equal(answered_before_body, '', 'the request was not answered before its body was complete')
    const answer = slow_answer.join('')
    assert.match(answer, /^HTTP\/1\.1 40[013] /)
    assert.match(answer, /"error":"/)
  })

  test('accepts no new request', () => {
    assert.ok(refused instanceof Error && 'code' in refused)
    assert.equal(refused.code, 'ECONNREFUSED')
  })

  test('exits with status 0 and without an error', () => {
    assert.equal(status, 0)
    assert.equal(stderr, '')
  })

  test('writes its log in JSON lines', () => {
    assert.equal(logEntries(printed).length, printed.length, 'every line after the welcome is JSON')
    for (const line of logEntries(printed)) {
      assert.match(String(line['time']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      assert.equal(typeof line['msg'], 'string')
    }
    const requests = logEntries(printed).filter((line) => line['msg'] === 'request')
    assert.ok(requests.length >= 6)
    for (const line of requests)
      assert.deepEqual(Object.keys(line).slice(2, 7), ['method', 'route', 'status', 'ms', 'ip'])
  })

  test('writes no secret, no address of a user and no query string to its log', () => {
    assert.ok(log.length > 1000)
    for (const secret of secrets) assert.ok(!log.includes(secret), `the log holds ${secret}`)
  })
})

test('SIGINT stops like SIGTERM, also with an idle connection, and a second signal changes nothing', async () => {
  const server = await startServerProcess()
  const idle = connect(server.port, '127.0.0.1')
  idle.on('error', () => undefined)
  await once(idle, 'connect')
  idle.write(`GET /health/live HTTP/1.1\r\nhost: localhost:${server.port}\r\n\r\n`)
  await once(idle, 'data')
  const began = Date.now()
  server.signal('SIGINT')
  server.signal('SIGINT')
  await server.ended()
  assert.equal(await server.stop(), 0)
  assert.ok(Date.now() - began < 10_000, 'it does not wait for the idle connection')
  idle.destroy()
})
