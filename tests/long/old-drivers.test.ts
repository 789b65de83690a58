/** Scripts that were written for old releases of a driver run with its interface of then. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import type { AddressInfo, Server } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { openTestRuntime } from '../sandbox/test-runtime.ts'
import { recordCommands } from '../support/mongodb/command-recorder.ts'

const runtime = openTestRuntime()
const egressTo = (port: number) => ({ mode: 'open' as const, allow: [`127.0.0.1:${port}`], private_networks: true })

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

describe('mongodb', () => {
  const commands: string[] = []
  const server = recordCommands(commands)
  let port: number
  before(async () => {
    port = await listen(server)
  })
  after(() => server.close())

  const run = (module: string, source: string) =>
    runtime.value(source, { args: [module, `mongodb://127.0.0.1:${port}/shop`], egress: egressTo(port), unit: module })

  // `db` is what the callback of connect answers: a database before 3, a client from 3 on.
  const callbacks = (connect: string, database: string) => `(module, url, cb) => {
    const mongodb = require(module)
    const done = []
    ${connect}(url, (error, connected) => {
      if (error) return cb(error)
      const users = ${database}.collection('users')
      const steps = [
        (next) => users.insert({ email: 'a' }, next),
        (next) => users.insert([{ email: 'b' }], { w: 1 }, next),
        (next) => users.update({ email: 'a' }, { $set: { name: 'A' } }, next),
        (next) => users.update({ email: 'a' }, { $set: { name: 'A' } }, { multi: true }, next),
        (next) => users.save({ _id: new mongodb.ObjectID('5f0000000000000000000000'), email: 'c' }, next),
        (next) => users.save({ email: 'd' }, next),
        (next) => users.findAndModify({ email: 'a' }, [['email', 1]], { $inc: { logins: 1 } }, { new: true }, next),
        (next) => users.ensureIndex({ email: 1 }, next),
        (next) => users.remove({ email: 'a' }, { single: true }, next),
        (next) => users.findOne({ email: 'a' }, next),
      ]
      const step = (index) => {
        if (index === steps.length) {
          connected.close()
          return cb(null, done)
        }
        steps[index]((error, value) => {
          if (error) return cb(error)
          done.push(value && (value.value ? value.value.email : value.email ? value.email : value.result ? value.result.n : 'ok'))
          step(index + 1)
        })
      }
      step(0)
    })
  }`
  const sent = 'insert insert update update update insert findAndModify createIndexes delete find'
  const wanted: [module: string, connect: string, database: string][] = [
    ['mongodb', 'mongodb.MongoClient.connect', "connected.db('shop')"],
    ['mongodb@4.17.0', 'mongodb.connect', "connected.db('shop')"],
    ['mongodb@3.1.4', 'mongodb.MongoClient.connect', "connected.db('shop')"],
    ['mongodb@3.6.0', 'mongodb', "connected.db('shop')"],
    ['mongodb@2.2.31', 'mongodb.connect', 'connected'],
  ]

  for (const [module, connect, database] of wanted) {
    test(`${module} has the methods that newer releases removed [guard: old-mongodb-methods]`, async () => {
      commands.length = 0
      const done = await run(module, callbacks(connect, database))
      assert.deepEqual(commands, sent.split(' '))
      const ada = 'ada@legacy.example'
      assert.deepEqual(
        (done as unknown[]).map((value) => (typeof value === 'number' || value === ada ? value : 'ok')),
        [1, 1, 1, 1, 1, 1, ada, 'ok', 1, ada],
      )
    })
  }

  for (const module of ['mongodb', 'mongodb@3.1.4', 'mongodb@2.2.31', 'mongodb@7.0.0']) {
    test(`${module}: an unreachable server is an error before the deadline [guard: mongodb-server-selection]`, async () => {
      const source = `(module, cb) => require(module).MongoClient.connect('mongodb://127.0.0.1:1/shop').then(() => cb(null, 'connected'), cb)`
      const result = await runtime.run(source, { args: [module], egress: egressTo(1), unit: `${module} away` })
      assert.equal(result.kind, 'failed', JSON.stringify(result))
      assert.ok(result.kind === 'failed' && /^Mongo(?:ServerSelection|Network)Error$/.test(result.error.name))
    })
  }
})

describe('ldapjs', () => {
  type Ldap = {
    createServer(): Record<
      'bind' | 'search' | 'modify',
      (base: string, handler: (...args: never[]) => void) => void
    > & {
      listen(port: number, host: string, done: () => void): void
      close(): void
      port: number
    }
  }
  const requireFromTree = createRequire(new URL('../../sandbox-runtime/package.json', import.meta.url))
  const server = (requireFromTree('ldapjs') as Ldap).createServer()
  before(async () => {
    type Response = { send(entry: object): void; end(): void }
    server.bind('dc=example', (_request: never, response: Response, next: () => void) => {
      response.end()
      return next()
    })
    server.search('dc=example', (_request: never, response: Response) => {
      response.send({ dn: 'uid=ada,dc=example', attributes: { uid: 'ada', mail: 'ada@legacy.example' } })
      response.end()
    })
    server.modify('dc=example', (_request: never, response: Response) => response.end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  after(() => server.close())

  test('pinned below 3 has entries and changes as then [guard: old-ldapjs]', async () => {
    const source = `(url, cb) => {
      const ldap = require('ldapjs@2.2.0')
      const client = ldap.createClient({ url })
      client.on('error', cb)
      client.search('dc=example', { scope: 'sub', filter: '(uid=ada)' }, (error, found) => {
        if (error) return cb(error)
        let entry
        found.on('searchEntry', (each) => (entry = each))
        found.on('error', cb)
        found.on('end', () => {
          client.bind(entry.dn, 'a password', (error) => {
            if (error) return cb(error)
            const change = new ldap.Change({ operation: 'replace', modification: { mail: 'new@legacy.example' } })
            client.modify(entry.object.dn, change, (error) => {
              client.destroy()
              cb(error, [typeof entry.dn, entry.object.mail, entry.raw.uid.toString()])
            })
          })
        })
      })
    }`
    const { port } = server
    const found = await runtime.value(source, {
      args: [`ldap://127.0.0.1:${port}`],
      egress: egressTo(port),
      unit: 'ldap',
    })
    assert.deepEqual(found, ['string', 'ada@legacy.example', 'ada'])
  })

  test('without a pin, and from 3 on, it is the current one', async () => {
    const source = `(cb) => cb(null, [require('ldapjs'), require('ldapjs@3.0.2')].map((ldap) => typeof ldap.SearchRequest))`
    const kinds = await runtime.value(source, { unit: 'ldap' })
    const old = await runtime.value(`(cb) => cb(null, require('ldapjs@1.0.0') === require('ldapjs@2.2.0'))`, {
      unit: 'ldap',
    })
    assert.deepEqual([kinds, old], [['function', 'function'], true])
  })
})
