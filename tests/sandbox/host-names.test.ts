/** How names of hosts are looked up for scripts: as the system would, in turns per tenant, and with an end. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { after, before, test } from 'node:test'
import { fullNames, parseHostFiles } from '../../src/sandbox/host-names.ts'
import { startHostResolver } from '../../src/sandbox/host-resolver.ts'
import { openTestRuntime, quick_limits } from './test-runtime.ts'

const unitOf = (tenant_id: string) => ({ tenant_id, unit_id: 'unit', version: 1 })

/** A name server that answers names under `known.test` with 127.0.0.9, and never answers others. */
const server = createSocket('udp4')
const asked: string[] = []

function readName(query: Buffer): string {
  const labels: string[] = []
  for (let at = 12; query[at]; at += 1 + (query[at] ?? 0))
    labels.push(query.subarray(at + 1, at + 1 + (query[at] ?? 0)).toString('latin1'))
  return labels.join('.')
}

server.on('message', (query, from) => {
  const name = readName(query)
  asked.push(name)
  if (!name.endsWith('known.test')) return
  const end = query.indexOf(0, 12) + 5
  const is_a = query.readUInt16BE(end - 4) === 1
  const answer = is_a ? Buffer.from('c00c000100010000000500047f000009', 'hex') : Buffer.alloc(0)
  const head = Buffer.from(query.subarray(0, end))
  head.writeUInt16BE(0x8180, 2)
  head.writeUInt16BE(is_a ? 1 : 0, 6)
  head.writeUInt16BE(0, 10)
  server.send(Buffer.concat([head, answer]), from.port, from.address)
})
before(() => new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve)))
after(() => server.close())
const servers = () => [`127.0.0.1:${server.address().port}`]

test('the hosts file, comments and several names of one address are read', () => {
  const { hosts } = parseHostFiles(
    '127.0.0.1 localhost\n10.0.0.7\tdb DB.internal # the store\n::1 localhost\nnonsense\n',
    '',
  )
  assert.deepEqual(hosts.get('db.internal'), ['10.0.0.7'])
  assert.deepEqual(hosts.get('localhost'), ['127.0.0.1', '::1'])
})

test('a name is completed by the search list, by itself first when it has enough dots', () => {
  const files = parseHostFiles('', 'search ns.svc.cluster.local cluster.local\noptions timeout:1 ndots:2\n')
  assert.deepEqual(fullNames('db', files), ['db.ns.svc.cluster.local', 'db.cluster.local', 'db'])
  assert.deepEqual(fullNames('a.b.c', files), ['a.b.c', 'a.b.c.ns.svc.cluster.local', 'a.b.c.cluster.local'])
  assert.deepEqual(fullNames('db.', files), ['db'])
})

test('names are looked up at the name servers, localhost is not, and a number is no name', async () => {
  const resolver = startHostResolver({ servers: servers() })
  assert.deepEqual(await resolver.addresses(unitOf('t'), 'db.known.test'), ['127.0.0.9'])
  const before_count = asked.length
  assert.ok((await resolver.addresses(unitOf('t'), 'localhost')).includes('127.0.0.1'))
  for (const spelled of ['2130706433', '0x7f000001', '127.1', '0177.0.0.1', '0x7f.1'])
    await assert.rejects(resolver.addresses(unitOf('t'), spelled), { code: 'ENOTFOUND' }, spelled)
  assert.equal(asked.length, before_count)
})

test('names that no server answers delay no other tenant [guard: lookups-in-turns]', async () => {
  const resolver = startHostResolver({ servers: servers() })
  const began = performance.now()
  const hostile = Array.from({ length: 400 }, (_, n) =>
    resolver.addresses(unitOf(`hostile ${n % 2}`), `silent-${n}.test`).then(
      () => 'found',
      (error: NodeJS.ErrnoException) => `${error.code} ${performance.now() - began < 8_000 ? 'in time' : 'late'}`,
    ),
  )
  const other_began = performance.now()
  assert.deepEqual(await resolver.addresses(unitOf('other'), 'first.known.test'), ['127.0.0.9'])
  const other_ms = performance.now() - other_began
  assert.ok(other_ms < 3_000, `${other_ms} ms`)
  // The limit per tenant leaves room for other tenants: not all names were sent to the server.
  assert.ok(new Set(asked.filter((name) => name.startsWith('silent'))).size <= 16)
  assert.deepEqual([...new Set(await Promise.all(hostile))], ['EAI_AGAIN in time'])
})

test('a look-up of a name and its completions ends within 5 s [guard: lookups-end]', async () => {
  const files = parseHostFiles('', 'search a.test b.test c.test d.test')
  const resolver = startHostResolver({ servers: servers(), files })
  const began = performance.now()
  await assert.rejects(resolver.addresses(unitOf('t'), 'silent'), { code: 'EAI_AGAIN' })
  assert.ok(performance.now() - began < 7_000)
})

test('a script of another tenant logs in while a script opens 60 sockets to such names [guard: lookups-in-turns]', async () => {
  const runtime = openTestRuntime({ resolver: startHostResolver({ servers: servers() }) })
  const hostile = `(cb) => { for (let n = 0; n < 60; n++) require('net').connect(80, 'silent-socket-' + n + '.test').on('error', () => {}) }`
  const attacks = ['a', 'b'].map((tenant_id) =>
    runtime.run(hostile, { unit: unitOf(tenant_id), limits: { ...quick_limits, deadline_ms: 3_000 } }),
  )
  // The refusal by address shows that the name was looked up.
  const source = `(cb) => require('net').connect(80, 'store.known.test').on('error', (e) => cb(null, e.message))`
  await runtime.value('(cb) => cb(null, 1)', { unit: unitOf('other') })
  const began = performance.now()
  assert.match(String(await runtime.value(source, { unit: unitOf('other') })), /\(127\.0\.0\.9\) refused/)
  assert.ok(performance.now() - began < 2_500)
  for (const result of await Promise.all(attacks)) assert.equal(result.kind, 'timed_out')
  await runtime.close()
})
