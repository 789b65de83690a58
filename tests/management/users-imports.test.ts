import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { hash as argon2 } from '@node-rs/argon2'
import { hashSync as bcrypt } from '@node-rs/bcrypt'
import type { JsonObject } from '../../src/base/json.ts'
import type { Answer, Json, TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { customHashes, hexDigest } from './custom-hashes.ts'
import { legacyScripts } from './legacy-scripts.ts'
import { failedRows, importFile } from './import-kit.ts'
import { upload } from './upload.ts'

const password = 'Correct horse 1'
let server: TestServer
let client: TestClient
let local: string

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  local = await server.createConnection('local', {}, [client])
})
after(() => server?.close())

const imported = (text: string, fields: Record<string, string> = {}): Promise<Json> =>
  importFile(server, text, { connection_id: local, ...fields })
const login = (username: string, typed = password, realm = 'local'): Promise<Answer> =>
  server.login(client, realm, username, typed)

describe('an import of users', () => {
  it('lets a user of each hash format log in, and hashes the password again then', async () => {
    const custom = await customHashes(password)
    const rows: JsonObject[] = Object.entries(custom).map(([name, hash]) => ({
      email: `${name}@hash.example`,
      user_id: `hash-${name}`,
      custom_password_hash: hash,
    }))
    rows.push({ email: 'text@hash.example', password_hash: bcrypt(password, 4) })
    rows.push({ email: 'ours@hash.example', password_hash: await argon2(password) })
    rows.push({ email: 'none@hash.example', password_hash: null, user_metadata: { colour: 'red' } })
    const job = await imported(JSON.stringify(rows))
    assert.deepEqual(
      [job.type, job.status, job.connection, job.percentage_done, job.summary.inserted, job.summary.failed],
      ['users_import', 'completed', 'local', 100, rows.length, 0],
      JSON.stringify(job),
    )
    assert.equal((await server.api('GET', `jobs/${job.id}/errors`)).status, 204)
    for (const { email } of rows.slice(0, -1)) {
      assert.equal((await login(String(email), 'Another horse 2')).status, 403, `wrong password of ${String(email)}`)
      const answer = await login(String(email))
      assert.equal(answer.status, 200, `${String(email)}: ${answer.text}`)
    }
    const { db } = server.internals
    const formats = await db.selectFrom('credentials').select(['format', 'set_through']).distinct().execute()
    assert.deepEqual(
      formats.map(({ format, set_through }) => [format, set_through]),
      [['argon2id-nfc', 'import']],
    )
    assert.equal((await login('md5@hash.example')).status, 200, 'by the hash that was made at the first login')
    assert.equal((await login('none@hash.example')).status, 403)
    const [none] = await server.must('GET', 'users-by-email?email=none@hash.example')
    assert.deepEqual([none.user_metadata, none.email_verified], [{ colour: 'red' }, false])
  })

  it('reports each faulty row with its place, and counts members that it does not know', async () => {
    const rows: unknown[] = Array.from({ length: 1000 }, (_, nth) => ({
      email: `row${nth}@place.example`,
      fistName: 'Ada',
    }))
    const sha256 = (value: string, encoding: string) => ({ algorithm: 'sha256', hash: { value, encoding } })
    const fault = (nth: number, change: object): void => {
      rows[nth] = { ...(rows[nth] as object), ...change }
    }
    fault(3, { email: 'no address' })
    fault(10, { blocked: 'yes' })
    fault(250, { custom_password_hash: sha256('ab'.repeat(32), 'base64') })
    fault(251, { custom_password_hash: { algorithm: 'sha1', hash: { value: 'ab'.repeat(19), encoding: 'hex' } } })
    fault(500, { email: 'row4@place.example' })
    fault(501, { email: undefined })
    fault(999, { password_hash: 'x', custom_password_hash: sha256('ab'.repeat(32), 'hex') })
    const job = await imported(rows.map((row) => JSON.stringify(row)).join('\r\n'))
    assert.deepEqual(
      { ...job.summary },
      {
        total: 1000,
        inserted: 993,
        updated: 0,
        failed: 7,
        skipped: 0,
        skipped_moved: 0,
        skipped_deleted: 0,
        ignored_members: { fistName: 1000 },
      },
    )
    const errors = (await server.must('GET', `jobs/${job.id}/errors`)) as Json[]
    assert.deepEqual(
      errors.map(({ index, line, errors: [first] }) => [index, line, first.code, first.path]),
      [
        [3, 4, 'FORMAT', 'email'],
        [10, 11, 'INVALID_TYPE', 'blocked'],
        [250, 251, 'FORMAT', 'custom_password_hash'],
        [251, 252, 'FORMAT', 'custom_password_hash'],
        [500, 501, 'DUPLICATED_USER', ''],
        [501, 502, 'OBJECT_REQUIRED', 'email'],
        [999, 1000, 'NOT_PASSED', 'custom_password_hash'],
      ],
    )
    assert.match(errors[2].errors[0].message, /hex/, 'what the value looks like instead')
    const failed = await failedRows(server, job.id)
    assert.deepEqual(
      failed,
      [3, 10, 250, 251, 500, 501, 999].map((nth) => JSON.parse(JSON.stringify(rows[nth]))),
    )
    const corrected = failed.map((row, nth) =>
      JSON.stringify({ email: `corrected${nth}@place.example`, name: row['fistName'] }),
    )
    const again = await imported(corrected.join('\n'))
    assert.deepEqual([again.summary.inserted, again.summary.failed], [7, 0])
    assert.deepEqual(errors[6].user, { email: 'row999@place.example' }, 'without hashes')
    assert.deepEqual((await server.logs('type:sui'))[0]?.['connection_id'], local)
  })

  it('imports nothing where the known password of one user does not match the hash', async () => {
    const row = (email: string, value: string) => ({
      email,
      custom_password_hash: { algorithm: 'md5', hash: { value, encoding: 'hex' } },
    })
    const file = JSON.stringify([
      row('first@known.example', hexDigest('md5', password)),
      row('second@known.example', hexDigest('md5', `${password}!`)),
      { email: 'third@known.example' },
    ])
    const failed = async (known_user: string, known_password = password): Promise<string> => {
      const job = await imported(file, { known_user, known_password })
      assert.deepEqual([job.status, job.summary?.inserted ?? 0], ['failed', 0])
      assert.doesNotMatch(JSON.stringify(job), new RegExp(password))
      return String(job.status_details)
    }
    assert.match(await failed('Second@known.example'), /^Nothing was imported. Line 1, .*does not match the hash/)
    assert.match(await failed('third@known.example'), /has no password hash/)
    assert.match(await failed('nobody@known.example'), /has no row of the known user nobody@known.example/)
    const alone = await upload(server, { users: new Blob([file]), connection_id: local, known_user: 'x' })
    assert.match(alone.json.message, /belong together/)
    const { status, summary } = await imported(file, { known_user: 'first@known.example', known_password: password })
    assert.deepEqual([status, summary.inserted], ['completed', 3])
    assert.equal((await login('first@known.example')).status, 200)
  })

  it('[guard: import-error-secrets] shows no password and no hash of a refused row, at any depth and under any name', async () => {
    const row = {
      email: 'no address',
      Password: 'Typed in clear 1',
      Kodeord: 'Typed in clear 2',
      credentials: { pwd: 'Typed in clear 3' },
      nickname: bcrypt(password, 4),
      name: { login_password: 'Typed in clear 4' },
      app_metadata: { plan: 'gold', old: { password_md5: 'Typed in clear 5', colour: 'red' } },
      user_metadata: { legacy: JSON.stringify({ secret: 'Typed in clear 6' }), note: bcrypt(password, 4) },
    }
    const large = { ...row, username: bcrypt(password, 4), app_metadata: { text: 'x'.repeat(5000) } }
    const job = await imported(JSON.stringify([row, large]))
    const errors = (await server.must('GET', `jobs/${job.id}/errors`)) as Json[]
    assert.deepEqual(
      errors.map(({ user }) => user),
      [
        {
          email: 'no address',
          name: {},
          app_metadata: { plan: 'gold', old: { colour: 'red' } },
          user_metadata: { legacy: '{}' },
        },
        { email: 'no address' },
      ],
    )
    assert.doesNotMatch(JSON.stringify(errors), /Typed in clear|\$2/)
    assert.deepEqual(job.summary.ignored_members, { Password: 2, Kodeord: 2, credentials: 2 }, 'counted by name')
  })

  it('changes users who exist with upsert only, and never a password that was set or used here', async () => {
    await server.createUser('local', { email: 'own@upsert.example', password, user_metadata: { kept: 'no' } })
    const hash = { algorithm: 'md5', hash: { value: hexDigest('md5', 'Another horse 2'), encoding: 'hex' } }
    const rows = JSON.stringify([
      { email: 'own@upsert.example', name: 'New', user_metadata: { a: 1 }, custom_password_hash: hash },
      { email: 'new@upsert.example', custom_password_hash: hash },
    ])
    const first = await imported(rows)
    assert.deepEqual([first.summary.inserted, first.summary.failed], [1, 1])
    const second = await imported(rows.replaceAll(hexDigest('md5', 'Another horse 2'), hexDigest('md5', password)), {
      upsert: 'true',
    })
    assert.deepEqual([second.summary.inserted, second.summary.updated, second.summary.failed], [0, 2, 0])
    const [own] = await server.must('GET', 'users-by-email?email=own@upsert.example')
    assert.deepEqual([own.name, own.user_metadata, own.nickname], ['New', { a: 1 }, 'own'])
    assert.equal((await login('own@upsert.example')).status, 200)
    assert.equal((await login('new@upsert.example', 'Another horse 2')).status, 403, 'replaced: it was never used')
    assert.equal((await login('new@upsert.example')).status, 200)
    await imported(rows, { upsert: 'true' })
    assert.equal((await login('new@upsert.example')).status, 200, 'kept: it was used')
  })

  it('does not create a user who was deleted here, and leaves one who has moved as they are', async () => {
    const people = ['gone', 'moved', 'tail'].map((name) => ({ user_id: name, email: `${name}@legacy.example` }))
    const legacy = await server.createConnection(
      'legacy',
      { enabledDatabaseCustomization: true, import_mode: true, customScripts: legacyScripts(people) },
      [client],
    )
    for (const name of ['gone', 'moved']) {
      assert.equal((await login(`${name}@legacy.example`, 'right one', 'legacy')).status, 200)
    }
    await server.must('DELETE', 'users/auth0%7Cgone')
    const custom_password_hash = { algorithm: 'md5', hash: { value: hexDigest('md5', password), encoding: 'hex' } }
    const rows = people.map((one) => ({ ...one, custom_password_hash }))
    const { summary } = await imported(JSON.stringify(rows), { connection_id: legacy })
    assert.deepEqual(
      [summary.inserted, summary.failed, summary.skipped_moved, summary.skipped_deleted, summary.skipped],
      [1, 0, 1, 1, 2],
    )
    assert.equal((await login('moved@legacy.example', password, 'legacy')).status, 403)
    assert.equal((await login('moved@legacy.example', 'right one', 'legacy')).status, 200)
    assert.equal((await login('tail@legacy.example', password, 'legacy')).status, 200, 'no script decides any more')
    assert.deepEqual(
      (await server.records(legacy))
        .map((record) => [record['legacy_id'], record['state'], record['migrated_through']].join(' '))
        .toSorted((one, other) => one.localeCompare(other)),
      ['gone deleted login', 'moved migrated login', 'tail migrated import'],
    )
  })

  it('[guard: imported-second-factor] lets no user with a second factor in by the password alone, unless the connection says so', async () => {
    const secret = 'JBSWY3DPEHPK3PXP'
    const row = {
      email: 'totp@factor.example',
      custom_password_hash: { algorithm: 'md5', hash: { value: hexDigest('md5', password), encoding: 'hex' } },
      mfa_factors: [{ totp: { secret } }],
    }
    const connection_id = await server.createConnection('factors', {}, [client])
    assert.equal((await imported(JSON.stringify([row]), { connection_id })).summary.inserted, 1)
    const refused = await login('totp@factor.example', password, 'factors')
    assert.deepEqual([refused.status, refused.json.error], [403, 'unauthorized'])
    assert.match(refused.json.error_description, /second factor/)
    assert.equal((await server.logs('type:f'))[0]?.['description'], refused.json.error_description)
    const { second_factors } = await server.internals.db
      .selectFrom('users')
      .select('second_factors')
      .where('email', '=', 'totp@factor.example')
      .executeTakeFirstOrThrow()
    assert.match(second_factors ?? '', /^2\.0\$/, 'sealed')
    const [{ options }] = await server.must('GET', 'connections?name=factors')
    await server.must('PATCH', `connections/${connection_id}`, {
      options: { ...options, ignore_legacy_second_factor: true },
    })
    assert.equal((await login('totp@factor.example', password, 'factors')).status, 200)
  })

  it('fails with the line where the file is no list of users, and keeps what it read before', async () => {
    const cut = await imported('[{"email":"a@cut.example"},\n{"email":"b@cut.example"')
    assert.deepEqual(
      [cut.status, cut.status_details],
      ['failed', 'Line 2: the file ends inside the array: it was cut off.'],
    )
    assert.equal(cut.summary.inserted, 1)
    assert.equal((await server.must('GET', `jobs/${cut.id}/errors`)).status, 'failed')
    const csv = await imported('email;name\n')
    assert.match(csv.status_details, /^Line 1: the file must be a JSON array/)
    assert.equal((await server.logs('type:fui AND description:Line*')).length, 2)
  })

  it('refuses what is no import, and leaves no file of it', async () => {
    const users = new Blob(['[]'])
    const message = async (fields: Record<string, string | Blob>): Promise<unknown> => {
      const { status, json } = await upload(server, fields)
      assert.equal(status, 400)
      return json.message
    }
    assert.equal(await message({ connection_id: local }), "Must provide 'users' file as multipart part.")
    assert.equal(await message({ users }), "Must provide 'connection_id' as multipart part.")
    assert.equal(await message({ users: new Blob([]), connection_id: local }), 'Users file must not be empty.')
    assert.equal(await message({ users, connection_id: 'con_none' }), 'The connection does not exist.')
    const disabled = await server.createConnection('disabled')
    assert.equal(await message({ users, connection_id: disabled }), 'Connection must be enabled.')
    const legacy = await server.createConnection(
      'decides',
      { enabledDatabaseCustomization: true, customScripts: legacyScripts([]) },
      [client],
    )
    assert.match(String(await message({ users, connection_id: legacy })), /without import mode are not allowed/)
    assert.match(String(await message({ users, connection_id: local, upsert: 'perhaps' })), /on property upsert/)
    assert.match(String(await message({ users, connection_id: local, other: 'x' })), /Additional properties/)
    assert.match(String((await server.api('POST', 'jobs/users-imports', {})).json.message), /Invalid multipart payload/)
    assert.deepEqual(await server.refused('GET', 'jobs/job_none'), [404, 'inexistent_job', 'The job does not exist.'])
    const { db } = server.internals
    const unused = await db.selectFrom('job_files').select('job_id').where('name', '=', 'input').execute()
    const jobs = await db.selectFrom('jobs').select('job_id').where('kind', '=', 'users_import').execute()
    assert.deepEqual(unused.map(({ job_id }) => job_id).toSorted(), jobs.map(({ job_id }) => job_id).toSorted())
  })
})
