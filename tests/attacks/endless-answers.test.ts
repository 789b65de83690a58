// Servers that a tenant chose, which answer without end, or much: reading them must not keep this server busy.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { after, describe, test } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { rankTables } from '../../src/connections/assistant/choose-table.ts'
import { knownSchemas } from '../../src/connections/assistant/known-schemas.ts'
import type { Table } from '../../src/connections/assistant/schema.ts'
import type { Connection } from '../../src/connections/connection.ts'
import { post } from '../../src/egress/post.ts'
import { createTenantConnections } from '../../src/egress/tenant-connections.ts'
import { job_file_max_bytes } from '../../src/jobs/job-files.ts'
import { createSealer } from '../../src/keys/sealer.ts'
import { sendOver } from '../../src/mail/tenant-delivery.ts'
import { no_counts } from '../../src/migration/directory/directory-load.ts'
import type { LoadJob } from '../../src/migration/directory/load-job.ts'
import { readListing } from '../../src/migration/directory/read-load.ts'
import { endpointCertificate } from '../../src/server/endpoint-certificate.ts'
import { callsOf } from '../support/calls-of.ts'

const servers: Server[] = []
after(() => servers.forEach((server) => server.close()))

// What the kernel keeps between two sockets of this machine, and the connection has not read.
const between_bytes = 16_000_000

/** A server that sends a text again and again after the first request, and how many bytes it could send. */
async function startEndless(first: string, repeated: string, tls?: { cert: string; key: string }) {
  const chunk = Buffer.from(repeated.repeat(Math.ceil(65_536 / repeated.length)))
  const sent = { bytes: 0, ended: Promise.resolve() }
  const onConnection = (socket: Socket): void => {
    sent.ended = new Promise((resolve) => socket.once('close', () => resolve()))
    socket.on('error', () => undefined)
    const send = (): void => {
      if (!socket.writable || sent.bytes > 2 * between_bytes) return void socket.destroy()
      sent.bytes += chunk.length
      socket.write(chunk, send)
    }
    const begin = (): void => void socket.write(first, send)
    if (first.startsWith('220')) {
      socket.write(first)
      socket.once('data', send)
    } else socket.once('data', begin)
  }
  const server = tls ? createTlsServer(tls, onConnection) : createServer(onConnection)
  servers.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const connections = createTenantConnections({
    allow: [`127.0.0.1:${port}`],
    restricted: async () => ({ reserved: [], never: [], machine: [] }),
  })
  return { port, connections, sent }
}

describe('the answer of a webhook', () => {
  for (const [name, first, repeated] of [
    ['that is never the last one', '', 'HTTP/1.1 103 x\r\n\r\n'],
    ['whose body has no end', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', '1\r\na\r\n'],
  ] as const) {
    test(`${name} is not read on [guard: received-bytes]`, async () => {
      const { port, connections, sent } = await startEndless(first, repeated)
      const url = `http://127.0.0.1:${port}/`
      const posted = post(connections, { tenant_id: 't', url, headers: {}, body: '{}', timeout_ms: 60_000 })
      if (first === '') await assert.rejects(posted, /more than 65536 bytes/)
      else assert.equal(await posted, 200)
      await sent.ended
      assert.ok(sent.bytes < between_bytes, String(sent.bytes))
    })
  }
})

describe('the replies of a mail server', () => {
  const mail = { to: 'ada@shop.example', subject: 's', text: 't', html: 'h' }

  for (const [name, repeated] of [
    ['that have no end', '250-ok\r\n'],
    ['that are empty', '\r\n'],
  ] as const) {
    test(`${name} are not read on [guard: received-bytes]`, async () => {
      const { port, connections, sent } = await startEndless('220 hello\r\n', repeated)
      const login = { host: '127.0.0.1', port, user: undefined, pass: undefined }
      const send = sendOver({ connect: connections, mail_from: 'a@b.example' }, 't', { login, from_address: null })
      const result = await send('m', mail, AbortSignal.timeout(60_000))
      assert.ok(!result.sent)
      assert.match(result.error, repeated === '\r\n' ? /more than 65536 bytes/ : /not SMTP|more than 65536 bytes/)
      await sent.ended
      assert.ok(sent.bytes < between_bytes, String(sent.bytes))
    })
  }
})

test('the certificate of a webhook is checked on such a connection', async () => {
  const { certificate, private_key } = await endpointCertificate('127.0.0.1', Date.now())
  const { port, connections } = await startEndless('', 'HTTP/1.1 103 x\r\n\r\n', {
    cert: certificate,
    key: private_key,
  })
  const url = `https://127.0.0.1:${port}/`
  const posted = post(connections, { tenant_id: 't', url, headers: {}, body: '{}', timeout_ms: 60_000 })
  await assert.rejects(posted, /DEPTH_ZERO_SELF_SIGNED_CERT/)
})

test('a legacy store that lists users without end fills the disk no further than a file [guard: listed-bytes]', async () => {
  const calls: (string | null)[] = []
  const legacy = {
    async listUsers(_connection: Connection, next: string | null) {
      calls.push(next)
      const profile = { user_metadata: { text: 'x'.repeat(100_000) } }
      const users = [{ user_id: `u${calls.length}`, email: `u${calls.length}@shop.example`, ...profile }]
      return { kind: 'value', value: { users, next: calls.length < 30 ? `page ${calls.length}` : null } } as const
    },
  }
  const left_bytes = 1_000_000
  const job = {
    tenant_id: 't',
    job_id: 'j',
    input: { connection_id: 'c', connection: 'legacy', load_id: 'l', size_bytes: null },
    cursor: { phase: 'read', next: 'page', counts: no_counts, listed_bytes: job_file_max_bytes - left_bytes },
    // What is staged is not read here.
    commit: async () => undefined,
  } as unknown as LoadJob
  const connection = { tenant_id: 't', connection_id: 'c', options: {} } as Connection
  const deps = { legacy, sealer: createSealer('k'.repeat(32)) } as unknown as Parameters<typeof readListing>[0]
  await assert.rejects(readListing(deps, job, connection), /returned more than 4 GiB/)
  assert.equal(calls.length, 10)
})

describe('an inspected legacy store', () => {
  const count = 400
  const column = { name: 'a', type: 'text', kind: 'text', is_key: false, folds_case: false } as const
  const tableOf = (bare_name: string, columns: Table['columns']): Table => ({
    name: bare_name,
    schema: 'public',
    bare_name,
    is_default_schema: true,
    kind: 'table',
    columns,
  })

  test('with thousands of tables named like users is compared in linear time [guard: tables-by-name]', (t) => {
    const tables = Array.from({ length: count }, (_, nth) => tableOf(`${nth}users`, [column]))
    const lowered = callsOf(t, 'toLowerCase')
    assert.deepEqual(knownSchemas(tables, 'postgresql'), [])
    assert.ok(lowered.length < 50 * count, String(lowered.length))
  })

  test('with thousands of columns has each name read once [guard: column-names-once]', (t) => {
    const columns = Array.from({ length: count }, (_, nth) => ({ ...column, name: `c${nth}` }))
    const normalized = callsOf(t, 'normalize')
    rankTables([tableOf('users', columns)])
    assert.ok(normalized.length < 3 * count, String(normalized.length))
  })
})
