/** Drivers and web clients through the egress broker, to real listeners on loopback. */
import assert from 'node:assert/strict'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { after, before, test } from 'node:test'
import type { EgressPolicy } from '../../src/sandbox/egress-types.ts'
import { freePort } from '../support/free-port.ts'
import { openTestRuntime } from './test-runtime.ts'
import { tinyMysql, tinyPostgres } from './tiny-stores.ts'

const runtime = openTestRuntime()
const allow = (...entries: string[]): EgressPolicy => ({ mode: 'open', allow: entries, private_networks: true })
const http = createHttpServer((request, response) => {
  request.resume()
  response.end(JSON.stringify({ path: request.url }))
})
const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket))
const postgres = tinyPostgres()
const mysql = tinyMysql()
const servers: Server[] = [http, echo, postgres, mysql]
const portOf = (server: Server) => (server.address() as AddressInfo).port

before(async () => {
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

after(() => {
  http.closeAllConnections()
  for (const server of servers) server.close()
})

const connect = `(host, port, cb) => {
  const socket = require('net').connect(port, host)
  socket.on('error', cb)
  socket.on('data', (data) => cb(null, data.toString()))
}`

test('the messages that a driver writes at once reach the server in one piece', async () => {
  const pieces: string[] = []
  const server = createServer((socket) => {
    socket.on('data', (piece) => pieces.push(piece.toString('latin1')))
    socket.on('end', () => socket.end())
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const source = `(port, cb) => {
    const socket = require('net').connect(port, '127.0.0.1', () => {
      socket.cork()
      for (const part of [Buffer.from('parse'), ' bind ']) socket.write(part)
      socket.write('\\u00e9', 'latin1')
      process.nextTick(() => { socket.uncork(); setTimeout(() => socket.end(), 50) })
    })
    socket.on('close', () => cb(null, true)).resume()
  }`
  await runtime.value(source, { args: [portOf(server)], egress: allow(`127.0.0.1:${portOf(server)}`) })
  assert.deepEqual(pieces, ['parse bind \u00e9'])
})

test('an allowed port on loopback works with node:http, fetch, axios, request and node-fetch', async () => {
  const port = portOf(http)
  const egress = allow(`127.0.0.1:${port}`)
  const url = `http://127.0.0.1:${port}/path`
  const ways = {
    'node:http': `(url, cb) => require('http').get(url, (r) => { let b = ''; r.on('data', (d) => (b += d)); r.on('end', () => cb(null, JSON.parse(b).path)) }).on('error', cb)`,
    fetch: `async (url, cb) => cb(null, (await (await fetch(url, { method: 'POST', body: 'x' })).json()).path)`,
    'fetch of a Request': `async (url, cb) => cb(null, (await (await fetch(new Request(url, { headers: new Headers({ a: 'b' }) }))).json()).path)`,
    axios: `async (url, cb) => cb(null, (await require('axios@0.22.0').post(url, { a: 1 })).data.path)`,
    request: `(url, cb) => request({ url, json: true }, (e, r, body) => cb(e, body && body.path))`,
    'request-promise': `(url, cb) => require('request-promise@1.0.2')({ url, json: true }).then((body) => cb(null, body.path), cb)`,
    'node-fetch': `async (url, cb) => cb(null, (await (await require('node-fetch@2.6.0')(url)).json()).path)`,
    undici: `async (url, cb) => cb(null, (await (await require('undici').request(url)).body.json()).path)`,
  }
  for (const [name, source] of Object.entries(ways)) {
    assert.equal(await runtime.value(source, { unit: 'web', args: [url], egress }), '/path', name)
  }
})

test('an allowed port on loopback works with pg, its pool, its old interface and the global', async () => {
  const egress = allow(`127.0.0.1:${portOf(postgres)}`)
  const url = `postgres://postgres:postgres@127.0.0.1:${portOf(postgres)}/postgres`
  const ways = {
    client: `async (url, cb) => { const { Client } = require('pg@8.7.1'); const c = new Client(url); await c.connect(); const { rows } = await c.query('select id from people where email = $1', ['a@b.example']); await c.end(); cb(null, rows[0].id) }`,
    pool: `async (url, cb) => { global.pool ??= new (require('pg').Pool)({ connectionString: url, max: 1 }); const { rows } = await pool.query('select id from people'); await global.pool.end(); cb(null, rows[0].id) }`,
    'pg.connect of 4.3.0': `(url, cb) => require('pg@4.3.0').connect(url, (e, client, done) => { if (e) return cb(e); client.query('select id from people', (e, result) => { done(); require('pg').end(); cb(e, result && result.rows[0].id) }) })`,
    'global postgres': `(url, cb) => postgres(url, (e, client, done) => { if (e) return cb(e); client.query('select id from people', (e, result) => { done(); require('pg').end(); cb(e, result && result.rows[0].id) }) })`,
  }
  for (const [name, source] of Object.entries(ways)) {
    assert.equal(await runtime.value(source, { unit: `pg ${name}`, args: [url], egress }), 7, name)
    runtime.recycle(`pg ${name}`)
  }
})

test('an allowed port on loopback works with mysql2 and mysql', async () => {
  const port = portOf(mysql)
  const egress = allow(`127.0.0.1:${port}`)
  const ways = {
    mysql2: `(port, cb) => { const c = require('mysql2').createConnection({ host: '127.0.0.1', port, user: 'a' }); c.on('error', cb); c.query('select email from t', (e, rows) => { c.destroy(); cb(e, rows && rows[0].email) }) }`,
    'mysql2/promise': `async (port, cb) => { const c = await require('mysql2/promise').createConnection({ host: '127.0.0.1', port, user: 'a' }); const [rows] = await c.query('select email from t'); c.destroy(); cb(null, rows[0].email) }`,
  }
  for (const [name, source] of Object.entries(ways)) {
    assert.equal(await runtime.value(source, { unit: 'mysql', args: [port], egress }), 'a@b.example', name)
  }
})

test('a store that is down is reported as a refused connection by every driver', async () => {
  const port = await freePort()
  const egress = allow(`127.0.0.1:${port}`)
  const drivers = {
    net: connect,
    pg: `async (host, port, cb) => { await new (require('pg').Client)({ host, port, user: 'a', password: 'b', database: 'c' }).connect() }`,
    mysql2: `(host, port, cb) => require('mysql2').createConnection({ host, port, user: 'a' }).connect(cb)`,
    axios: `async (host, port, cb) => { await require('axios').get('http://' + host + ':' + port) }`,
    fetch: `async (host, port, cb) => { await fetch('http://' + host + ':' + port) }`,
    mongodb: `async (host, port, cb) => { await new (require('mongodb').MongoClient)('mongodb://' + host + ':' + port, { serverSelectionTimeoutMS: 500 }).connect() }`,
    'mongodb of 3.1.4': `(host, port, cb) => new (require('mongodb@3.1.4').MongoClient)('mongodb://' + host + ':' + port, { serverSelectionTimeoutMS: 500, useNewUrlParser: true }).connect((e) => cb(e))`,
  }
  for (const [name, source] of Object.entries(drivers)) {
    const result = await runtime.run(source, { unit: `down`, args: ['127.0.0.1', port], egress })
    assert.ok(result.kind === 'failed', `${name}: ${JSON.stringify(result)}`)
    const { code, cause_code, name: class_name } = result.error
    // MongoDB's driver 3 gives no code.
    const names_it = [code, cause_code].includes('ECONNREFUSED') || class_name === 'MongoServerSelectionError'
    assert.ok(names_it, `${name}: ${JSON.stringify(result)}`)
    assert.equal(result.egress_failures[0]?.code, 'ECONNREFUSED', name)
    assert.equal(result.egress_failures[0]?.port, port, name)
  }
})

test('5 MB pass unchanged in both directions over a half-closed connection', async () => {
  const port = portOf(echo)
  const source = `(port, cb) => {
    const sent = require('crypto').randomBytes(5_000_000)
    const sha = (b) => require('crypto').createHash('sha256').update(b).digest('hex')
    const got = []
    const s = require('net').connect(port, '127.0.0.1')
    s.on('error', cb)
    s.on('data', (d) => got.push(d))
    s.on('end', () => cb(null, sha(Buffer.concat(got)) === sha(sent)))
    s.end(sent)
  }`
  assert.equal(await runtime.value(source, { unit: 'much', args: [port], egress: allow(`127.0.0.1:${port}`) }), true)
})
