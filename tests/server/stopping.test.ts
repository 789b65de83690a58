import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { logLines, managementToken, request, startServer } from './server-process.ts'

const secret_password = 'Correct-Horse-Battery-0123'
const secret_ticket = 'TICKETtickettickettickettickett1'

test('SIGTERM lets a request under way finish, takes no new ones, and ends with status 0; the log is JSON lines without secrets', async () => {
  const server = await startServer({ env: { WHERRY_LOG_LEVEL: 'trace' } })
  const first_run = server.firstRun()
  const { issuer } = first_run
  const { access_token } = (await managementToken(first_run)).json<{ access_token: string }>()
  await request(`${issuer}u/reset-verify?ticket=${secret_ticket}`)
  await request(`${issuer}nothing/${secret_ticket}?token=${secret_ticket}`)
  await request(`${issuer}api/v2/users?q=${encodeURIComponent('email:"ana@example.com"')}`, {
    headers: { authorization: `Bearer ${access_token}` },
  })
  await request(`${issuer}oauth/token`, {
    body: { grant_type: 'password', username: 'ana@example.com', password: secret_password, client_id: 'nobody' },
  })
  await request(`${issuer}oauth/token`, { body: `{"password":"${secret_password}` })

  // A request whose body comes slowly: it is under way when the signal comes, and complete only after it.
  const body = JSON.stringify({ grant_type: 'password', username: 'x', password: secret_password, client_id: 'y' })
  const slow = connect(server.port, '127.0.0.1')
  let answer = ''
  slow.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  slow.write(
    `POST /oauth/token HTTP/1.1\r\nhost: localhost:${server.port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
  )
  await sleep(300)
  server.signal('SIGTERM')
  for (
    const until = Date.now() + 5000;
    !server.lines.some((line) => line.includes('"msg":"stopping'));
    await sleep(20)
  ) {
    assert.ok(Date.now() < until, 'it says that it stops')
  }
  await sleep(100)
  await assert.rejects(request(`${issuer}health/live`), { code: 'ECONNREFUSED' })
  assert.equal(answer, '', 'the slow one waits for its body')
  slow.write(body.slice(10))
  await once(slow, 'close')
  assert.match(answer, /^HTTP\/1\.1 40[013] /)
  assert.match(answer, /"error":"/)
  assert.equal(await server.stop(), 0)

  const welcome_ends = server.lines.findIndex((line) => line.includes('"msg":"ready"'))
  const printed = server.lines.slice(welcome_ends)
  assert.equal(logLines(printed).length, printed.length, 'behind the welcome every line is JSON')
  for (const line of logLines(printed)) {
    assert.match(String(line['time']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    assert.equal(typeof line['msg'], 'string')
  }
  const requests = logLines(printed).filter((line) => line['msg'] === 'request')
  assert.ok(requests.length >= 6)
  for (const line of requests)
    assert.deepEqual(Object.keys(line).slice(2, 7), ['method', 'route', 'status', 'ms', 'ip'])
  const log = `${server.lines.filter((line) => line.startsWith('{"level"')).join('\n')}${server.stderr()}`
  const ticket = new URL(first_run.admin_setup_url).searchParams.get('ticket') ?? 'none'
  for (const secret of [
    secret_password,
    secret_ticket,
    ticket,
    access_token,
    access_token.split('.')[1] ?? 'none',
    first_run.management_client_secret,
    'ana@example.com',
    '?',
  ]) {
    assert.ok(!log.includes(secret), `the log holds ${secret}`)
  }
  assert.equal(server.stderr(), '')
})

test('SIGINT stops as SIGTERM does, also while a connection idles, and a second signal changes nothing', async () => {
  const server = await startServer()
  const idle = connect(server.port, '127.0.0.1')
  idle.on('error', () => undefined)
  await once(idle, 'connect')
  idle.write(`GET /health/live HTTP/1.1\r\nhost: localhost:${server.port}\r\n\r\n`)
  await once(idle, 'data')
  const began = Date.now()
  server.signal('SIGINT')
  server.signal('SIGINT')
  await server.ended
  assert.equal(await server.stop(), 0)
  assert.ok(Date.now() - began < 10_000, 'it did not wait for the idle connection')
  idle.destroy()
})
