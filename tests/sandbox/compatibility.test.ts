/** Scripts that were written for older runtimes run unchanged. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestRuntime, quick_limits } from './test-runtime.ts'

const runtime = openTestRuntime()

const required = `
    pg mysql2 mysql2/promise mysql mongodb mssql tedious axios request request-promise node-fetch undici
    bcryptjs hash-wasm jsonwebtoken jose lodash async uuid ldapjs ldapts qs bluebird xml2js auth0
    amazon-cognito-identity-js xtend ip q bcrypt argon2 crypto node:crypto querystring util url https
    http buffer stream events zlib node-fetch@2.6.0 amazon-cognito-identity-js@3.0.14 bcrypt@5.0.1
    mongodb@3.1.4 axios@0.22.0 request@2.81.0 auth0@2.17.0 pg@4.3.0 pg@7.17.1 pg@8.7.1
    request-promise@1.0.2 uuid/v4 lodash/get tedious@1.11.0 aws-sdk@2.593.0 jwt-decode@2.2.0 jws node-jose neo4j-driver
    ldapjs@2.2.0 firebase firebase@3.6.0 firebase/app firebase/auth firebase@11.0.0/database auth0-extension-tools legacy-passwords legacy-store oracledb
    jose@1.28.0 jose@2.0.6 jose@4.15.9 jwks-rsa jwks-rsa@1.1.1 crypto-js crypto-js@3.1.2 moment moment@2.10.3
  `
  .trim()
  .split(/\s+/)

test('every module that existing scripts require can be required, pinned or not', async () => {
  const source = `(names, cb) => cb(null, names.map((name) => { try { return [name, typeof require(name)] } catch (e) { return [name, e.message] } }))`
  const loaded = (await runtime.value(source, {
    args: [required],
    limits: { ...quick_limits, deadline_ms: 20_000 },
  })) as [string, string][]
  assert.deepEqual(
    loaded.filter(([, kind]) => kind !== 'function' && kind !== 'object'),
    [],
  )
})

test('requiring an unknown module is an error that lists the known ones', async () => {
  const result = await runtime.run(`(cb) => { require('couchbase@2.0.0'); cb() }`)
  assert.ok(result.kind === 'failed')
  assert.equal(result.error.code, 'MODULE_NOT_FOUND')
  assert.match(result.error.message, /couchbase.*axios.*bcrypt.*pg/)
})

test('require takes no paths', async () => {
  for (const name of [
    '/etc/passwd',
    './package.json',
    '../../package.json',
    'file:///etc/passwd',
    'pg/../../package.json',
  ]) {
    const result = await runtime.run(`(name, cb) => cb(null, typeof require(name))`, { args: [name] })
    assert.equal(result.kind, 'failed', name)
  }
})

test('the globals of older runtimes are defined', async () => {
  const source = `(cb) => cb(null, {
    request: typeof request, bcrypt: typeof bcrypt.compare, _: typeof _.map, async: typeof async.parallel,
    mysql: typeof mysql, createConnection: typeof mysql.createConnection, postgres: typeof postgres, pg: typeof pg.Client,
    crypto: typeof crypto.createHash, webcrypto: typeof crypto.subtle, jwt: typeof jwt.sign, uuid: typeof uuid(), v4: typeof uuid.v4,
    querystring: typeof querystring.parse, xml2js: typeof xml2js.parseString, Buffer: typeof Buffer.from, global: global === globalThis,
    URL: typeof URL, URLSearchParams: typeof URLSearchParams, TextEncoder: typeof TextEncoder, fetch: typeof fetch, process: typeof process.version,
    setTimeout: typeof setTimeout(() => {}, 0).unref, sqlserver: typeof sqlserver.Connection, require: typeof require,
  })`
  const found = (await runtime.value(source)) as Record<string, unknown>
  const object_like = { global: true, webcrypto: 'object', process: 'string', uuid: 'string' }
  for (const [name, kind] of Object.entries(found)) {
    assert.equal(kind, name in object_like ? object_like[name as keyof typeof object_like] : 'function', name)
  }
})

test('a script may set a global of the same name, and declare one', async () => {
  assert.equal(await runtime.value('(cb) => { request = 5; cb(null, request) }', { unit: 'own' }), 5)
  assert.equal(await runtime.value('(cb) => { const bcrypt = 6, _ = 7; cb(null, bcrypt + _) }', { unit: 'own' }), 13)
})

test('a script can read what it wrote to process.env', async () => {
  const source = `(cb) => { process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'; process.env.MINE = 'x'; cb(null, process.env.MINE) }`
  assert.equal(await runtime.value(source, { unit: 'env' }), 'x')
})

test('bcrypt has its native interface: promises, callbacks, sync, salts, $2a$, $2b$ and $2y$', async () => {
  const source = `async (password, cb) => {
    const bcrypt = require('bcrypt@5.0.1')
    const hash = await bcrypt.hash(password, 4)
    const called = await new Promise((ok) => bcrypt.hash(password, 4, (e, h) => bcrypt.compare(password, h, (e2, same) => ok([e, e2, same]))))
    const salt = await bcrypt.genSalt(5)
    cb(null, {
      hash: /^\\$2b\\$04\\$.{53}$/.test(hash), called, rounds: bcrypt.getRounds(hash), salt: /^\\$2b\\$05\\$.{22}$/.test(salt),
      with_salt: (await bcrypt.hash(password, salt)).startsWith(salt),
      sync: bcrypt.compareSync(password, bcrypt.hashSync(password, bcrypt.genSaltSync(4))),
      y: await bcrypt.compare(password, hash.replace('$2b$', '$2y$')), y_sync: bcrypt.compareSync(password, hash.replace('$2b$', '$2y$')),
      a: await bcrypt.compare(password, hash.replace('$2b$', '$2a$')),
      wrong: await bcrypt.compare(password + 'x', hash), garbage: await bcrypt.compare(password, 'nonsense'),
      missing: await bcrypt.compare(undefined, hash).catch((e) => e.message),
    })
  }`
  for (const password of ['pässwörd 🔑', 'a']) {
    assert.deepEqual(await runtime.value(source, { args: [password] }), {
      hash: true,
      called: [null, null, true],
      rounds: 4,
      salt: true,
      with_salt: true,
      sync: true,
      y: true,
      y_sync: true,
      a: true,
      wrong: false,
      garbage: false,
      missing: 'data and hash arguments required',
    })
  }
})

test('bcrypt verifies hashes made elsewhere', async () => {
  const known = [
    ['', '$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkY8jIucDrjc8deX1s.'],
    ['abc', '$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i'],
    ['U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ]
  const source = `async (known, cb) => cb(null, await Promise.all(known.map(async ([p, h]) => [await bcrypt.compare(p, h), bcrypt.compareSync(p, h), await require('bcryptjs').compare(p, h)])))`
  const answers = (await runtime.value(source, { args: [known] })) as boolean[][]
  assert.deepEqual(answers[1], [true, true, true])
  assert.deepEqual(answers[2], [true, true, true])
  assert.equal(new Set(answers[0]).size, 1)
})

test('argon2 has its native interface', async () => {
  const source = `async (cb) => {
    const argon2 = require('argon2')
    const hash = await argon2.hash('secret', { memoryCost: 1024, timeCost: 2, parallelism: 1 })
    const i = await argon2.hash('secret', { type: argon2.argon2i, memoryCost: 1024 })
    cb(null, [hash.startsWith('$argon2id$v=19$m=1024,t=2,p=1$'), await argon2.verify(hash, 'secret'), await argon2.verify(hash, 'other'), i.startsWith('$argon2i$'), await argon2.verify(i, 'secret'), argon2.needsRehash(hash)])
  }`
  assert.deepEqual(await runtime.value(source), [true, true, false, true, true, true])
})

test('jwt, jose, lodash, xml2js and q work', async () => {
  const source = `async (cb) => {
    const token = jwt.sign({ sub: '7' }, 'secret', { algorithm: 'HS256' })
    const { payload } = await require('jose').jwtVerify(token, new TextEncoder().encode('secret'))
    const xml = await xml2js.parseStringPromise('<a><b>1</b></a>')
    cb(null, [payload.sub, _.get(xml, 'a.b[0]'), await require('q')(3)])
  }`
  assert.deepEqual(await runtime.value(source), ['7', '1', 3])
})
