import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { member, objects } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { createOtherTenant } from '../support/other-tenant.ts'
import { testedStore } from '../support/tested-store.ts'

const get_user = 'function getByEmail(email, callback) { callback(null) }'
const loginOf = (note: string): string => `function login(email, password, callback) { callback(null) /* ${note} */ }`
const optionsOf = (login: string): JsonObject => ({
  enabledDatabaseCustomization: true,
  import_mode: true,
  customScripts: { login, get_user },
})

const store = await testedStore('SQLite')

describe(`the versions of scripts on ${store.name}`, () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer({ env: await store.env() })
  })
  after(async () => await server.close())

  const path = (id: string, script: string): string => `connections/${id}/scripts/${script}/versions`
  const versionsOf = async (id: string, script = 'login'): Promise<JsonObject[]> =>
    objects((await server.must('GET', path(id, script)))['versions'])
  const numbersOf = async (id: string, script = 'login') =>
    (await versionsOf(id, script)).map(({ version }) => Number(version))
  const sourceOf = async (id: string, version: number): Promise<unknown> =>
    (await server.must('GET', `${path(id, 'login')}/${version}`))['source']
  const save = (id: string, login: string) => server.must('PATCH', `connections/${id}`, { options: optionsOf(login) })

  test('are made by each save of another source, and by no other change', async () => {
    const id = await server.createConnection('saved', optionsOf(loginOf('first')))
    await save(id, loginOf('second'))
    await server.must('PATCH', `connections/${id}`, { display_name: 'Old shop' })
    await save(id, loginOf('second'))
    await save(id, loginOf('third'))
    assert.deepEqual(await numbersOf(id), [5, 2, 1])
    assert.deepEqual(await numbersOf(id, 'get_user'), [1])
    assert.deepEqual(await numbersOf(id, 'create'), [])
    const [newest, older] = await versionsOf(id)
    const { client_id } = server.credentials
    assert.deepEqual(member(newest, 'saved_by'), { through: 'api', client_id })
    assert.ok(Math.abs(Date.parse(String(newest?.['saved_at'])) - Date.now()) < 60_000)
    assert.deepEqual([newest?.['is_current'], older?.['is_current']], [true, false])
    assert.equal(newest?.['source'], undefined)
    assert.equal(await sourceOf(id, 1), loginOf('first'))
    assert.equal(await sourceOf(id, 5), loginOf('third'))
  })

  test('are restored as a new version, and leave the other scripts and options as they are', async () => {
    const id = await server.createConnection('restored', optionsOf(loginOf('first')))
    await save(id, loginOf('second'))
    await server.must('PATCH', `connections/${id}`, {
      options: { ...optionsOf(loginOf('second')), disable_signup: true },
    })
    const restored = await server.must('POST', `${path(id, 'login')}/1/restore`)
    assert.deepEqual(member(restored['options'], 'customScripts'), { login: loginOf('first'), get_user })
    assert.equal(member(restored['options'], 'disable_signup'), true)
    const [newest, ...older] = await versionsOf(id)
    assert.deepEqual([newest?.['version'], newest?.['restored_from'], newest?.['is_current']], [4, 1, true])
    assert.deepEqual(
      older.map(({ version }) => version),
      [2, 1],
    )
    await server.must('POST', `${path(id, 'login')}/4/restore`)
    await server.must('POST', `${path(id, 'login')}/1/restore`)
    assert.deepEqual(await numbersOf(id), [4, 2, 1])
  })

  test('stay when the script is removed, and bring it back', async () => {
    const id = await server.createConnection('removed', optionsOf(loginOf('first')))
    await server.must('PATCH', `connections/${id}`, {
      options: { ...optionsOf(''), customScripts: { get_user } },
    })
    assert.deepEqual(
      (await versionsOf(id)).map(({ version, is_current }) => [version, is_current]),
      [[1, false]],
    )
    const restored = await server.must('POST', `${path(id, 'login')}/1/restore`)
    assert.equal(member(member(restored['options'], 'customScripts'), 'login'), loginOf('first'))
  })

  test('are sealed in the store [guard: script-versions-sealed]', async () => {
    const id = await server.createConnection('sealed', optionsOf(loginOf('secret-4711')))
    await save(id, loginOf('secret-4712'))
    const rows = await server.internals.db.selectFrom('script_versions').selectAll().execute()
    assert.ok(rows.length > 2)
    assert.ok(!JSON.stringify(rows).includes('secret-471'))
  })

  test('are the last 50 of each script [guard: script-versions-bounded]', async () => {
    const id = await server.createConnection('many', optionsOf(loginOf('0')))
    const { db } = server.internals
    const [row] = await db
      .selectFrom('script_versions')
      .selectAll()
      .where('connection_id', '=', id)
      .where('script', '=', 'login')
      .execute()
    assert.ok(row)
    const earlier = Array.from({ length: 49 }, (_, at) => ({ ...row, version: -at }))
    await db.insertInto('script_versions').values(earlier).execute()
    await save(id, loginOf('1'))
    await save(id, loginOf('2'))
    const numbers = await numbersOf(id)
    assert.deepEqual([numbers.length, numbers[0], numbers.at(-1)], [50, 3, -46])
    assert.deepEqual(await numbersOf(id, 'get_user'), [1])
    assert.deepEqual((await server.refused('GET', `${path(id, 'login')}/4`)).slice(0, 2), [
      404,
      'inexistent_script_version',
    ])
  })

  test('are one version of each save, also of saves at once', async () => {
    const id = await server.createConnection('raced', optionsOf(loginOf('first')))
    await Promise.all([1, 2, 3, 4].map((note) => save(id, loginOf(`racing ${note}`))))
    assert.equal((await numbersOf(id)).length, 5)
    const current = member(member((await server.must('GET', `connections/${id}`))['options'], 'customScripts'), 'login')
    assert.equal(await sourceOf(id, Math.max(...(await numbersOf(id)))), current)
  })

  test('end with their connection', async () => {
    const { db } = server.internals
    const id = await server.createConnection('deleted', optionsOf(loginOf('first')))
    await server.must('DELETE', `connections/${id}`)
    for (let waited = 0; waited < 100; waited += 1) {
      const left = await db.selectFrom('script_versions').selectAll().where('connection_id', '=', id).execute()
      if (left.length === 0) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    assert.fail('the versions are still there')
  })
})

test('versions of another tenant do not exist, and restoring needs update:connections', async () => {
  const server = await startTestServer()
  try {
    const id = await server.createConnection('own', optionsOf(loginOf('first')))
    const other = await createOtherTenant(server, 'other', 'other.localhost')
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/1'],
      ['POST', '/1/restore'],
    ] as const) {
      const answer = await other.api(method, `connections/${id}/scripts/login/versions${path}`)
      assert.equal(answer.status, 404, path)
    }
    const token = await server.managementToken('read:connections')
    const answer = await server.send(`/api/v2/connections/${id}/scripts/login/versions/1/restore`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    })
    assert.equal(answer.status, 403)
  } finally {
    await server.close()
  }
})
