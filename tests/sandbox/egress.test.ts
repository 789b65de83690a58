/** Egress of scripts to real listeners on loopback. Nothing here sends to another address. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect as netConnect, createServer, type AddressInfo, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { after, before, test } from 'node:test'
import type { EgressPolicy, HostPort } from '../../src/sandbox/egress-types.ts'
import type { ScriptResult } from '../../src/sandbox/script-types.ts'
import { openTestRuntime, quick_limits } from './test-runtime.ts'

const reserved: HostPort[] = []
const runtime = openTestRuntime({ reserved: () => reserved })

const hits = { tcp: 0, v6: 0 }
const tcp = createServer((socket) => {
  hits.tcp += 1
  socket.on('error', () => {})
  socket.end('hello')
})
const tcp_v6 = createServer((socket) => {
  hits.v6 += 1
  socket.end('hello')
})
const resetting = createServer((socket) => {
  socket.write('partial')
  setTimeout(() => socket.resetAndDestroy(), 50)
})
const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket))
const machine_has_v6 = Object.values(networkInterfaces()).some((list) => list?.some((one) => one.address === '::1'))

const portOf = (server: { address(): AddressInfo | string | null }) => (server.address() as AddressInfo).port
const listen = (server: Server, host = '127.0.0.1') =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, resolve)
  })

before(async () => {
  await Promise.all([listen(tcp), listen(resetting), listen(echo)])
  if (machine_has_v6) await listen(tcp_v6, '::1')
})

after(async () => {
  for (const server of [tcp, tcp_v6, resetting, echo]) server.close()
})

const allow = (...entries: string[]): EgressPolicy => ({ mode: 'open', allow: entries, private_networks: true })

const connect = `(host, port, cb) => {
  const socket = require('net').connect(port, host)
  socket.on('error', cb)
  socket.on('data', (data) => cb(null, data.toString()))
}`

function refusal(result: ScriptResult): string {
  assert.ok(result.kind === 'failed', JSON.stringify(result))
  assert.equal(result.error.code, 'EGRESS_REFUSED', JSON.stringify(result))
  assert.match(result.error.message, /options\.egress\.allow/)
  assert.equal(result.egress_failures.length, 1)
  assert.equal(result.egress_failures[0]!.code, 'EGRESS_REFUSED')
  return result.error.message
}

test('loopback that is not listed is refused, by every spelling, and nothing arrives', async () => {
  const port = portOf(tcp)
  const hosts = [
    '127.0.0.1',
    'localhost',
    '0.0.0.0',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '127.1',
    '0177.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '127.0.0.2',
  ]
  for (const host of hosts) {
    const result = await runtime.run(connect, { unit: 'spell', args: [host, port] })
    const code = result.kind === 'failed' ? result.error.code : ''
    assert.ok(code === 'EGRESS_REFUSED' || code === 'ENOTFOUND', `${host}: ${JSON.stringify(result)}`)
  }
  assert.match(
    refusal(await runtime.run(connect, { unit: 'spell', args: ['127.0.0.1', port] })),
    new RegExp(`127\\.0\\.0\\.1:${port}`),
  )
  for (const host of ['::1', '::'])
    refusal(await runtime.run(connect, { unit: 'spell', args: [host, machine_has_v6 ? portOf(tcp_v6) : port] }))
  assert.deepEqual({ tcp: hits.tcp, v6: hits.v6 }, { tcp: 0, v6: 0 })
})

test('metadata and link-local addresses are refused before anything is sent', async () => {
  for (const host of [
    '169.254.169.254',
    '::ffff:169.254.169.254',
    'fe80::1',
    'fd00:ec2::254',
    '224.0.0.1',
    '255.255.255.255',
  ]) {
    refusal(await runtime.run(connect, { unit: 'spell', args: [host, 80] }))
  }
  const fetched = await runtime.run(`async (cb) => { await fetch('http://169.254.169.254/latest/meta-data/') }`, {
    unit: 'spell',
  })
  assert.ok(fetched.kind === 'failed')
  assert.equal(fetched.error.cause_code, 'EGRESS_REFUSED')
})

test('an entry opens its own port and name only', async () => {
  const port = portOf(echo)
  const other = portOf(tcp)
  const egress = allow(`127.0.0.1:${port}`)
  const say = `(host, port, cb) => { const s = require('net').connect({ host, port }); s.on('error', cb); s.on('data', (d) => cb(null, d.toString())); s.write('ping') }`
  assert.equal(await runtime.value(say, { unit: 'one', args: ['127.0.0.1', port], egress }), 'ping')
  refusal(await runtime.run(say, { unit: 'one', args: ['127.0.0.1', other], egress }))
  refusal(await runtime.run(say, { unit: 'one', args: ['localhost', port], egress }))
  assert.equal(
    await runtime.value(say, { unit: 'two', args: ['localhost', port], egress: allow(`localhost:${port}`) }),
    'ping',
  )
})

test('an allow-list refuses what it does not name, whatever its address is', async () => {
  const egress: EgressPolicy = { mode: 'allow_list', allow: [`127.0.0.1:${portOf(echo)}`], private_networks: true }
  const result = await runtime.run(connect, { unit: 'list', args: ['192.0.2.1', 80], egress })
  assert.match(refusal(result), /does not list it/)
})

test('a service of this machine is not reached at the address of an interface, and is when its tenant lists it', async (t) => {
  const lan = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address
  if (lan === undefined) return t.diagnostic('not run: this machine has no other IPv4 address')
  const server = createServer((socket) => socket.end('hello'))
  await listen(server, lan)
  const args = [lan, portOf(server)]
  const entry = `${lan}:${portOf(server)}`
  const result = await runtime.run(connect, { unit: 'lan', args })
  assert.ok(result.kind === 'failed' && result.error.code === 'EGRESS_REFUSED', JSON.stringify(result))
  assert.match(result.error.message, /it is an address of this machine/)
  const unlisted = { ...allow(entry), private_networks: false }
  assert.equal((await runtime.run(connect, { unit: 'lan', args, egress: unlisted })).kind, 'failed')
  assert.equal(await runtime.value(connect, { unit: 'lan', args, egress: allow(entry) }), 'hello')
  server.close()
})

test("the server's own ports are refused until they are named", async () => {
  const port = portOf(tcp)
  reserved.push({ host: '0.0.0.0', port })
  assert.match(refusal(await runtime.run(connect, { unit: 'own', args: ['127.0.0.1', port] })), /this server itself/)
  const egress = allow(`127.0.0.1:${port}`)
  assert.equal(await runtime.value(connect, { unit: 'own', args: ['127.0.0.1', port], egress }), 'hello')
  reserved.pop()
})

test('a refusal is a line of the script log that names the address and the setting', async () => {
  const from = runtime.log.length
  await runtime.run(connect, { unit: 'logged', script: 'get_user', args: ['127.0.0.1', 1] })
  const lines = runtime.log.slice(from)
  assert.equal(lines.length, 1)
  assert.equal(lines[0]!.level, 'warn')
  assert.equal(lines[0]!.unit.unit_id, 'logged')
  assert.equal(lines[0]!.script, 'get_user')
  assert.notEqual(lines[0]!.call_id, '')
  assert.match(lines[0]!.text, /127\.0\.0\.1:1 .*options\.egress\.allow/)
})

test('a name that does not exist is ENOTFOUND', async () => {
  const result = await runtime.run(connect, {
    unit: 'nowhere',
    args: ['no-such-host.invalid', 80],
    limits: { ...quick_limits, deadline_ms: 20_000 },
  })
  assert.ok(result.kind === 'failed', JSON.stringify(result))
  assert.ok(['ENOTFOUND', 'EAI_AGAIN'].includes(result.error.code ?? ''), JSON.stringify(result))
  assert.ok(['ENOTFOUND', 'EAI_AGAIN'].includes(result.egress_failures[0]!.code))
})

test('a connection that the far end resets ends with an error, not with a clean end', async () => {
  const port = portOf(resetting)
  const source = `(port, cb) => { const s = require('net').connect(port, '127.0.0.1'); s.on('error', cb); s.on('data', () => {}); s.on('end', () => cb(null, 'clean end')) }`
  const result = await runtime.run(source, { unit: 'reset', args: [port], egress: allow(`127.0.0.1:${port}`) })
  assert.ok(result.kind === 'failed', JSON.stringify(result))
  assert.equal(result.error.code, 'ECONNRESET')
})

test('a socket reports its remote address, and that it is connecting until it is connected', async () => {
  const port = portOf(echo)
  const source = `(port, cb) => { const s = require('net').connect(port, '127.0.0.1'); const before = s.connecting; s.on('error', cb); s.on('connect', () => cb(null, [before, s.connecting, s.remoteAddress, s.remotePort])) }`
  const egress = allow(`127.0.0.1:${port}`)
  assert.deepEqual(await runtime.value(source, { unit: 'who', args: [port], egress }), [true, false, '127.0.0.1', port])
})

test('a script that connects to the broker itself reaches no target', async () => {
  const port = portOf(tcp)
  const before = hits.tcp
  const source = `async (port, cb) => {
    const path = process.argv.at(-1)
    const tries = ['{"ticket":1,"host":"127.0.0.1","port":' + port + '}\\n', '{"ticket":"x"}\\n', 'GET / HTTP/1.1\\r\\n\\r\\n', '{"ticket":2,"host":"127.0.0.1\\u0000.example","port":' + port + '}\\n', '{"ticket":3,"host":"127.0.0.1","port":"' + port + '"}\\n', '[]\\n', 'null\\n', 'x'.repeat(100000)]
    const got = []
    for (const text of tries) {
      const c = await Deno.connect({ transport: 'unix', path })
      await c.write(new TextEncoder().encode(text)).catch(() => {})
      const timer = setTimeout(() => { try { c.close() } catch {} }, 100)
      const n = await c.read(new Uint8Array(64)).catch(() => null)
      clearTimeout(timer)
      if (n) got.push(text)
    }
    cb(null, got)
  }`
  assert.deepEqual(await runtime.value(source, { unit: 'raw', args: [port] }), [])
  assert.equal(hits.tcp, before)
  assert.equal(await runtime.value('(cb) => cb(null, 1)', { unit: 'raw' }), 1)
})

test('a changed policy takes effect with the next call, in a new process', async () => {
  const port = portOf(tcp)
  refusal(await runtime.run(connect, { unit: 'change', args: ['127.0.0.1', port] }))
  assert.equal(
    await runtime.value(connect, { unit: 'change', args: ['127.0.0.1', port], egress: allow(`127.0.0.1:${port}`) }),
    'hello',
  )
  refusal(await runtime.run(connect, { unit: 'change', args: ['127.0.0.1', port] }))
})

test('the operator’s list of forbidden targets takes precedence, by address range and by name', async () => {
  const port = portOf(tcp)
  for (const forbidden of ['127.0.0.0/8', `127.0.0.1:${port}`, `localhost:${port}`]) {
    const own = openTestRuntime({ never: [forbidden] })
    const egress = allow(`127.0.0.1:${port}`)
    const result = await own.run(connect, { args: ['127.0.0.1', port], egress })
    assert.ok(result.kind === 'failed' && result.error.code === 'EGRESS_REFUSED', JSON.stringify(result))
    assert.match(result.error.message, /operator/)
    await own.close()
  }
})

test('an IPv6 address works by its bracketed spelling too', async (t) => {
  if (!machine_has_v6) return t.diagnostic('not run: this machine has no ::1')
  const port = portOf(tcp_v6)
  const egress = allow(`[::1]:${port}`)
  for (const host of ['::1', '[::1]', '0:0:0:0:0:0:0:1']) {
    assert.equal(await runtime.value(connect, { unit: 'v6', args: [host, port], egress }), 'hello', host)
  }
})

test('a store that does not answer the connection is named when the call times out', async (t) => {
  if (process.platform !== 'linux') return t.diagnostic('not run: needs a backlog that fills')
  const program = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port) })`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [first] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(first.toString())
  child.kill('SIGSTOP')
  const fillers = Array.from({ length: 8 }, () => netConnect(port, '127.0.0.1').on('error', () => {}))
  await new Promise((resolve) => {
    setTimeout(resolve, 300)
  })
  const limits = { ...quick_limits, deadline_ms: 2_000 }
  const result = await runtime.run(connect, {
    unit: 'hang',
    args: ['127.0.0.1', port],
    egress: allow(`127.0.0.1:${port}`),
    limits,
  })
  for (const filler of fillers) filler.destroy()
  child.kill('SIGKILL')
  assert.equal(result.kind, 'timed_out')
  assert.deepEqual(
    result.egress_failures.map((failure) => [failure.code, failure.port]),
    [['ETIMEDOUT', port]],
  )
})

test('the broker resolves a name when a socket is opened; the address of a lookup keeps the policy of its name', async () => {
  const port = portOf(tcp)
  const source = `async (port, cb) => {
    const dns = require('dns')
    const { address } = await dns.promises.lookup('localhost')
    const again = await new Promise((ok, no) => dns.lookup('localhost', (e, a) => (e ? no(e) : ok(a))))
    const all = await new Promise((ok, no) => dns.lookup('localhost', { all: true }, (e, a) => (e ? no(e) : ok(a))))
    const socket = require('net').connect(port, address)
    socket.on('error', cb)
    socket.on('data', (data) => cb(null, [address === again, all[0].address === again, address.startsWith('127.'), data.toString()]))
  }`
  refusal(await runtime.run(source, { unit: 'names', args: [port], egress: allow(`127.0.0.1:${port}`) }))
  const answer = await runtime.value(source, { unit: 'names', args: [port], egress: allow(`localhost:${port}`) })
  assert.deepEqual(answer, [true, true, false, 'hello'])
})

test('with an allow-list no name is looked up that it does not list', async () => {
  const egress: EgressPolicy = { mode: 'allow_list', allow: ['cluster.example:27017'], private_networks: true }
  const source = `(cb) => require('dns').resolveSrv('_mongodb._tcp.secret-in-a-name.example', cb)`
  const result = await runtime.run(source, { unit: 'srv', egress })
  assert.ok(result.kind === 'failed', JSON.stringify(result))
  assert.equal(result.error.code, 'EGRESS_REFUSED')
})
