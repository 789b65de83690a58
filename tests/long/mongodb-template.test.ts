import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { ObjectId, UUID } from 'bson'
import type { ScriptName } from '../../src/contract/action-scripts.ts'
import type { JsonValue } from '../../src/base/json.ts'
import { MongoError } from '../support/mongodb/documents.ts'
import { type MongoServer, startMongoServer } from '../support/mongodb/server.ts'
import { freePort } from '../support/free-port.ts'
import { mongodb_template_cases } from '../script-templates/mongodb-template-cases.ts'
import { type ScriptCaller, type ScriptSandbox, startScriptSandbox } from '../script-templates/script-caller.ts'
import { bcrypt_of_password } from '../script-templates/sql-fixture.ts'
import { testTemplate } from '../script-templates/template-tests.ts'

const [plain] = mongodb_template_cases
assert.ok(plain)
testTemplate(plain)

let server: MongoServer
let sandbox: ScriptSandbox
let scripts: ScriptCaller
const fields = { USERNAME_FIELD: 'login', EMAIL_VERIFIED_FIELD: 'verified' }
before(async () => {
  server = await startMongoServer({ unique: ['email'] })
  server
    .documents('users')
    .push({ _id: new ObjectId(), email: 'ada@example.org', login: 'ada', password: bcrypt_of_password })
  sandbox = startScriptSandbox()
  scripts = await sandbox.connect('mongodb', { DATABASE_URL: server.url, ...fields })
})
after(async () => {
  await sandbox.close()
  await server.stop()
})

test('operators in the place of any argument find no user and change nothing [guard: mongodb-plain-values]', async () => {
  const stored = server.snapshot()
  const password = 'password'
  for (const operator of [{ $ne: null }, { $gt: '' }, { $regex: '.*' }, { $where: 'true' }, ['ada@example.org']]) {
    const calls: [ScriptName, ...JsonValue[]][] = [
      ['login', operator, password],
      ['login', operator, operator],
      ['login', 'ada@example.org', operator],
      ['get_user', operator],
      ['create', { email: operator, username: operator, password }],
      ['create', { email: 'new@example.org', username: operator, password }],
      ['create', { email: 'new@example.org', password: operator }],
      ['change_password', operator, password],
      ['change_password', 'ada@example.org', operator],
      ['change_email', operator, 'new@example.org', true],
      ['change_email', 'ada@example.org', operator, true],
      ['verify', operator],
      ['delete', operator],
    ]
    for (const [script, ...args] of calls) {
      if (Array.isArray(operator) && args[0] === operator) continue
      const answer = await scripts.call(script, ...args)
      const title = `${script} ${JSON.stringify(args)}: ${JSON.stringify(answer)}`
      assert.equal(server.snapshot(), stored, title)
      assert.equal(answer.profile?.['user_id'], undefined, title)
    }
  }
  assert.deepEqual(server.refused, [])
})

test('ids of each type are texts in profiles, by which a user is deleted', async () => {
  const id = new UUID()
  for (const [_id, text] of [
    [new ObjectId('5f9d88b2c1d2e3f4a5b6c7d9'), '5f9d88b2c1d2e3f4a5b6c7d9'],
    [id, id.toString()],
    [4711, '4711'],
    ['a text', 'a text'],
  ] as const) {
    const people = server.documents('mixed')
    people.push({ _id: 'other', email: 'other@example.org' }, { _id, email: 'eve@example.org' })
    const mixed = await sandbox.connect('mongodb', { DATABASE_URL: server.url, COLLECTION: 'mixed' })
    assert.equal((await mixed.getUser('eve@example.org')).profile?.['user_id'], text)
    await mixed.call('delete', text)
    assert.deepEqual(
      people.splice(0).map((each) => each['_id']),
      ['other'],
      text,
    )
  }
})

test('the list has each user once, in pages of 500', async () => {
  const people = Array.from({ length: 1001 }, () => ({ _id: new ObjectId(), email: 'x@example.org' }))
  server.documents('many').push(...people)
  const many = await sandbox.connect('mongodb', { DATABASE_URL: server.url, COLLECTION: 'many' })
  const listed: unknown[] = []
  let cursor: JsonValue = null
  for (let page = 0; page < 3; page += 1) {
    const { users, next } = (await many.call('list_users', cursor)).value as { users: JsonValue[]; next: JsonValue }
    listed.push(...users.map((user) => (user as { user_id: string }).user_id))
    cursor = next
  }
  assert.equal(cursor, null)
  // New ids are in the order in which they were made.
  assert.deepEqual(
    listed,
    people.map(({ _id }) => _id.toHexString()),
  )
})

test('words for the state of a user are read, and an unknown one denies the user', async () => {
  const states = ['active', 'banned', 'until May']
  const people = states.map((state) => ({ _id: state, email: `${state}@example.org`.replace(' ', ''), state }))
  server.documents('states').push(...people)
  const caller = await sandbox.connect('mongodb', {
    DATABASE_URL: server.url,
    COLLECTION: 'states',
    ACTIVE_FIELD: 'state',
  })
  const answers = await Promise.all(people.map(({ email }) => caller.getUser(email)))
  assert.deepEqual(
    answers.map(({ profile, error }) => error?.name ?? profile?.['blocked'] ?? profile?.['user_id']),
    ['active', true, 'Error'],
  )
})

test('a unique field refuses a second user', async () => {
  server
    .documents('users')
    .push({ _id: 'blank', email: 'taken@example.org ' }, { _id: 'taken', email: 'Taken@example.org' })
  const collated = await sandbox.connect('mongodb', { DATABASE_URL: server.url, IDENTIFIER_MATCH: 'exact' })
  const { error } = await collated.call('create', { email: 'Taken@example.org', password: 'x' })
  assert.deepEqual([error?.name, error?.subject], ['ValidationError', 'user_exists'])
})

test('calls share a client, and an outage is reported as one before the deadline', async () => {
  const outcomeOf = async (caller: ScriptCaller): Promise<string | undefined> => {
    const { error } = await caller.login('ada@example.org', 'password')
    return error?.outcome
  }
  await Promise.all(Array.from({ length: 20 }, () => scripts.getUser('ada@example.org')))
  // Four of the pool, and those that watch the server.
  assert.ok(server.openConnections() <= 8, `${server.openConnections()} connections`)
  server.fail(new MongoError(11_600, 'interrupted at shutdown'))
  assert.equal(await outcomeOf(scripts), 'legacy_unreachable')
  server.fail(new MongoError(50, 'operation exceeded time limit'))
  assert.equal(await outcomeOf(scripts), 'legacy_timeout')
  server.fail(undefined)
  server.delay(5_000)
  assert.equal(await outcomeOf(scripts), 'legacy_timeout')
  server.delay(0)
  assert.equal((await scripts.login('ada@example.org', 'password')).profile?.['email'], 'ada@example.org')

  const down = `mongodb://127.0.0.1:${await freePort()}/shop`
  assert.equal(await outcomeOf(await sandbox.connect('mongodb', { DATABASE_URL: down })), 'legacy_unreachable')
  const silent = createServer((socket) => socket.on('error', () => {}))
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const url = `mongodb://127.0.0.1:${(silent.address() as AddressInfo).port}/shop`
  assert.match((await outcomeOf(await sandbox.connect('mongodb', { DATABASE_URL: url }))) ?? '', /^legacy_/)
  silent.close()
})
