// Rules and their values in the Management API.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bearer, objects } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const script = 'function (user, context, callback) { callback(null, user, context) }'
let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.close())

test('a rule is created last, changed, listed in order and deleted', async () => {
  const first = await server.must('POST', 'rules', { name: 'First rule', script, stage: 'login_success' })
  assert.match(first.id, /^rul_[A-Za-z0-9]{16}$/)
  assert.deepEqual(first, { id: first.id, name: 'First rule', script, order: 1, enabled: true, stage: 'login_success' })
  const second = await server.must('POST', 'rules', { name: 'Second', script, enabled: false, order: 10 })
  const third = await server.must('POST', 'rules', { name: 'Third', script })
  assert.equal(third.order, 11)
  assert.deepEqual(await server.must('PATCH', `rules/${third.id}`, { order: 5, enabled: false }), {
    ...third,
    order: 5,
    enabled: false,
  })
  const listed = await server.must('GET', 'rules?page=0&per_page=100&include_totals=true')
  assert.deepEqual(
    { ...listed, rules: objects(listed, 'rules').map(({ name }) => name) },
    { start: 0, limit: 100, total: 3, rules: ['First rule', 'Third', 'Second'] },
  )
  assert.deepEqual(await server.must('GET', 'rules?enabled=false&fields=name'), [{ name: 'Third' }, { name: 'Second' }])
  assert.deepEqual(await server.must('GET', 'rules?page=1&per_page=100'), [])
  for (const { id } of [first, second, third]) assert.equal((await server.api('DELETE', `rules/${id}`)).status, 204)
  assert.deepEqual(await server.refused('GET', `rules/${first.id}`), [
    404,
    'inexistent_rule',
    'The rule does not exist',
  ])
})

test('a rule with the name or the order of another one, a syntax error or too many characters is refused', async () => {
  const { id } = await server.must('POST', 'rules', { name: 'taken', script, order: 3 })
  const conflicts = [
    [{ name: 'taken', script }, 'A rule with the same name already exists.'],
    [{ name: 'other', script, order: 3 }, 'A rule with the same order already exists.'],
  ] as const
  for (const [body, message] of conflicts) {
    assert.deepEqual(await server.refused('POST', 'rules', body), [409, 'rule_conflict', message])
  }
  const syntax = await server.refused('POST', 'rules', { name: 'bad', script: 'function (user, context {\n' })
  assert.deepEqual(syntax.slice(0, 2), [400, 'invalid_body'])
  assert.match(syntax[2], /Syntax error in line 1.* on property script/)
  const long = `${script} // ${'x'.repeat(60_000)}`
  await server.must('POST', 'rules', { name: 'long', script: long })
  const together = await server.refused('POST', 'rules', { name: 'longer', script: long })
  assert.match(together[2], /may have 102400 characters together/)
  const off = await server.must('POST', 'rules', { name: 'longer', script: long, enabled: false })
  const enabled = await server.refused('PATCH', `rules/${off.id}`, { enabled: true })
  assert.match(enabled[2], /may have 102400 characters together/)
  for (const rule of objects(await server.must('GET', 'rules')))
    await server.must('DELETE', `rules/${String(rule['id'])}`)
  assert.notEqual(id, undefined)
})

test('values are set and never read, and neither they nor scripts are in the log or in the store in the clear', async () => {
  const value = 'kept-only-for-rules-1'
  assert.deepEqual(await server.must('PUT', 'rules-configs/API_KEY', { value }), { key: 'API_KEY', value })
  await server.must('PUT', 'rules-configs/API_KEY', { value })
  assert.deepEqual(await server.must('GET', 'rules-configs'), [{ key: 'API_KEY' }])
  await server.must('POST', 'rules', { name: 'sealed', script: `${script} // in-the-script-1` })
  await server.settle()
  const logged = JSON.stringify(await server.logs())
  const { db } = server.internals
  const stored = JSON.stringify([
    await db.selectFrom('rules').selectAll().execute(),
    await db.selectFrom('rules_configs').selectAll().execute(),
  ])
  for (const text of [logged, stored]) assert.doesNotMatch(text, /kept-only-for-rules|in-the-script/)
  assert.equal((await server.api('DELETE', 'rules-configs/API_KEY')).status, 204)
  assert.deepEqual(await server.must('GET', 'rules-configs'), [])
})

test('what is wrong with a rule that can be saved is in the script log of the rules', async () => {
  const missing = 'function (user, context, callback) { require("no-such-module"); callback(null, user, context) }'
  await server.must('POST', 'rules', { name: 'needs a module', script: missing })
  const { script_logs } = await server.must('GET', 'script-logs?level=warn')
  assert.match(String(objects(script_logs)[0]?.['text']), /^rule "needs a module": line 1: Cannot find module/)
})

test('each operation needs its scope', async () => {
  const cases = [
    ['GET', 'rules', 'read:rules'],
    ['PUT', 'rules-configs/A', 'update:rules_configs'],
    ['GET', 'script-logs', 'read:rules'],
  ] as const
  const headers = bearer(await server.managementToken('read:users'))
  for (const [method, path, scope] of cases) {
    const body = method === 'PUT' ? { body: { value: 'x' } } : {}
    const answer = await server.send(`/api/v2/${path}`, { method, headers, ...body })
    assert.deepEqual([answer.status, answer.json.message], [403, `Insufficient scope, expected any of: ${scope}`])
  }
})

test('extensibility_egress names what rules may reach; an address that no script may reach is refused', async () => {
  const egress = { mode: 'allow_list', allow: ['api.example.com:443'] }
  assert.deepEqual(
    (await server.must('PATCH', 'tenants/settings', { extensibility_egress: egress })).extensibility_egress,
    egress,
  )
  const refused = await server.refused('PATCH', 'tenants/settings', {
    extensibility_egress: { allow: ['169.254.169.254:80'] },
  })
  assert.match(refused[2], /"169.254.169.254:80" cannot be allowed in extensibility_egress.allow/)
})
