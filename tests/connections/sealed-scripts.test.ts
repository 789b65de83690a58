import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { connectionById } from '../../src/connections/connection.ts'
import { openScripts, sealStoredScripts } from '../../src/connections/seal-scripts.ts'
import type { ConnectionOptions } from '../../src/contract/connection-options.ts'
import { SealBroken } from '../../src/keys/sealer.ts'
import { objects } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { testedStore } from '../support/tested-store.ts'

const secret = 'hard-coded-credential-7f3a'
const scripts = {
  login: `function login(email, password, callback) { callback(null, { user_id: 'a', email, token: '${secret}' }) }`,
  get_user: `function getByEmail(email, callback) { callback(null) /* ${secret} */ }`,
}
const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: scripts }

const store = await testedStore('SQLite')

describe(`the sources of scripts on ${store.name}`, () => {
  let server: TestServer
  let id: string
  before(async () => {
    server = await startTestServer({ env: await store.env() })
    id = await server.createConnection('legacy', options, [await server.createClient()])
  })
  after(async () => await server.close())

  const rows = () => server.internals.db.selectFrom('connections').selectAll().execute()
  const shown = async (connection: string): Promise<ConnectionOptions> =>
    (await server.must('GET', `connections/${connection}`))['options'] as ConnectionOptions

  test('are not readable in the store [guard: scripts-sealed-at-rest]', async () => {
    assert.ok(!JSON.stringify(await rows()).includes(secret))
    await server.must('PATCH', `connections/${id}`, { options: { ...options, id_namespace: 'old' } })
    assert.ok(!JSON.stringify(await rows()).includes(secret))
    const entries = store.name === 'SQLite' ? readdirSync(server.data_dir, { withFileTypes: true }) : []
    for (const file of entries.filter((entry) => entry.isFile()).map(({ name }) => name))
      assert.ok(!readFileSync(join(server.data_dir, file)).includes(secret), file)
  })

  test('are shown to who may read the connection, and are replaced as a whole', async () => {
    assert.deepEqual((await shown(id)).customScripts, scripts)
    await server.must('PATCH', `connections/${id}`, { display_name: 'Old shop' })
    assert.deepEqual((await shown(id)).customScripts, scripts)
    const other = await server.createConnection('other', options)
    const { login } = scripts
    await server.must('PATCH', `connections/${other}`, { options: { ...options, customScripts: { login } } })
    assert.deepEqual((await shown(other)).customScripts, { login })
    await server.must('PATCH', `connections/${other}`, { options: { disable_signup: true } })
    assert.equal((await shown(other)).customScripts, undefined)
  })

  test('open in their own row and under their own name only', async () => {
    const { db, sealer } = server.internals
    const row = (await rows()).find(({ connection_id }) => connection_id === id)
    const connection = await connectionById(db, String(row?.tenant_id), id)
    assert.ok(connection)
    const { login = '', get_user = '' } = connection.scripts_sealed
    assert.throws(() => openScripts(sealer, { ...connection, connection_id: 'con_other' }), SealBroken)
    const swapped = { login: get_user, get_user: login }
    assert.throws(() => openScripts(sealer, { ...connection, scripts_sealed: swapped }), SealBroken)
  })

  test('of versions that stored them in the clear are sealed at the next start, by several processes at once', async () => {
    const { db, sealer } = server.internals
    const old = await server.createConnection('old', options, [])
    const plain = await server.createConnection('plain', {}, [])
    const before_start = await db.selectFrom('connections').selectAll().where('connection_id', '=', old).execute()
    const options_before = String(before_start[0]?.options)
    await db
      .updateTable('connections')
      .set({
        options: JSON.stringify({ ...JSON.parse(options_before), customScripts: scripts }),
        scripts_sealed: '{}',
      })
      .where('connection_id', '=', old)
      .execute()
    await db.deleteFrom('script_versions').where('connection_id', '=', old).execute()
    await db.deleteFrom('installation').where('name', '=', 'scripts_sealed').execute()
    await Promise.all([1, 2, 3].map(() => sealStoredScripts({ db, sealer })))

    const row = (await rows()).find(({ connection_id }) => connection_id === old)
    assert.equal(row?.options, options_before)
    assert.equal(row.version, before_start[0]?.version)
    assert.ok(!JSON.stringify(await rows()).includes(secret))
    assert.deepEqual((await shown(old)).customScripts, scripts)
    assert.equal((await shown(plain)).customScripts, undefined)
    const versions = await server.must('GET', `connections/${old}/scripts/login/versions`)
    assert.deepEqual(
      objects(versions['versions']).map(({ version, saved_by }) => [version, saved_by]),
      [[1, { through: 'upgrade' }]],
    )
  })
})
