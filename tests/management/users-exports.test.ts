import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import type { JsonObject } from '../../src/base/json.ts'
import { createManagementClient } from '../../src/tenants/management-client.ts'
import { tenantById } from '../../src/tenants/tenant.ts'
import { alteredEnd } from '../support/altered-end.ts'
import { fillStore } from '../support/fill-store.ts'
import { bearer, type Answer, type Json, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { hexDigest } from './custom-hashes.ts'
import { upload } from './upload.ts'

const password = 'Correct horse 1'
let server: TestServer
let client: TestClient
let shop: string

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
  shop = await server.createConnection('shop', {}, [client])
  await server.createConnection('other', {}, [client])
  await server.createUser('other', { email: 'other@x.example', password })
  await server.createUser('shop', {
    email: 'ada@x.example',
    password,
    name: '=1+1',
    user_metadata: { plan: 'gold, "big"', tags: ['a'] },
  })
  await server.createUser('shop', { email: 'bob@x.example', password, nickname: 'B\nb' })
})
after(() => server?.close())

async function ended(id: string): Promise<Json> {
  let job: Json
  await waitUntil(async () => {
    job = await server.must('GET', `jobs/${id}`)
    return ['completed', 'failed'].includes(job.status)
  })
  return job
}

const exported = async (body: JsonObject): Promise<Json> =>
  await ended((await server.must('POST', 'jobs/users-exports', body)).id)

/** The bytes behind an address of the server. */
async function download(
  location: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; bytes: Buffer }> {
  const { pathname, search } = new URL(location)
  return await new Promise((resolve, reject) => {
    const options = { port: server.port, path: pathname + search, headers: { host: server.host, ...headers } }
    request(options, (response) => {
      const status = response.statusCode ?? 0
      void buffer(response).then((bytes) => resolve({ status, bytes }), reject)
    })
      .on('error', reject)
      .end()
  })
}

async function textOf(location: string, headers?: Record<string, string>): Promise<string> {
  const { status, bytes } = await download(location, headers)
  assert.equal(status, 200, bytes.toString())
  return gunzipSync(bytes).toString()
}

const parse = (text: string): Json[] =>
  text
    .trim()
    .split('\n')
    .map((line): Json => JSON.parse(line))

async function tokenOf(credentials: TestClient): Promise<{ token: string; scope: string }> {
  const { audience } = server.credentials
  const { json } = await server.post('/oauth/token', { grant_type: 'client_credentials', ...credentials, audience })
  return { token: String(json.access_token), scope: String(json.scope) }
}

describe('an export of users', () => {
  it('has the users of a connection as the API shows them, without secrets, at an address that works without a token', async () => {
    const job = await exported({ connection_id: shop })
    assert.deepEqual(
      [job.type, job.status, job.format, job.connection, job.percentage_done],
      ['users_export', 'completed', 'json', 'shop', 100],
    )
    const users = parse(await textOf(job.location))
    assert.deepEqual(users, await server.must('GET', 'users?connection=shop&sort=created_at:1'))
    assert.equal(users.length, 2)
    assert.equal((await download(alteredEnd(job.location))).status, 400)
    server.advance(601_000)
    assert.equal((await download(job.location)).status, 400, 'after ten minutes')
    assert.equal((await download((await server.must('GET', `jobs/${job.id}`)).location)).status, 200)
    server.advance(3_000_000)
    await waitUntil(async () => (await server.must('GET', `jobs/${job.id}`)).location === undefined)
    const { db } = server.internals
    assert.deepEqual(await db.selectFrom('job_file_chunks').select('job_id').execute(), [], 'deleted after an hour')
    assert.equal((await server.refused('GET', `jobs/${job.id}/file`))[1], 'job_without_file')
  })

  it('[guard: export-link-needs-read] shows its link to no token that may not read users', async () => {
    const { id } = await exported({ connection_id: shop })
    for (const scope of ['create:users', 'update:users', 'read:users']) {
      const headers = bearer(await server.managementToken(scope))
      const { status, json, text } = await server.send(`/api/v2/jobs/${id}`, { headers })
      assert.deepEqual([status, json.location !== undefined], [200, scope === 'read:users'], `${scope}: ${text}`)
    }
  })

  it('is in the list of jobs, without the address of its file, and not where another type is asked for', async () => {
    const { id } = await exported({ connection_id: shop })
    const { jobs } = await server.must('GET', 'jobs?type=users_export&take=100')
    const listed = jobs.find((job: Json) => job.id === id)
    assert.deepEqual([listed.status, listed.connection, listed.location], ['completed', 'shop', undefined])
    assert.equal((await server.must('GET', 'jobs?take=1')).jobs.length, 1)
    assert.deepEqual(await server.must('GET', 'jobs?type=rehearsal'), { jobs: [] })
    assert.equal((await server.refused('GET', 'jobs?type=purge'))[1], 'invalid_query_string')
  })

  it('in CSV has no formulas, and the fields that the request names', async () => {
    const fields = [
      { name: 'email' },
      { name: 'name', export_as: 'Full, name' },
      { name: 'user_metadata.plan' },
      { name: 'user_metadata.tags[0]' },
      { name: 'nickname' },
      { name: 'identities[0].connection' },
      { name: 'constructor' },
    ]
    const job = await exported({ connection_id: shop, format: 'csv', fields, limit: 2 })
    assert.equal(
      await textOf(job.location),
      [
        'email,"Full, name",user_metadata.plan,user_metadata.tags[0],nickname,identities[0].connection,constructor',
        `ada@x.example,'=1+1,"gold, ""big""",a,ada,shop,`,
        'bob@x.example,bob@x.example,,,"B\nb",shop,',
        '',
      ].join('\r\n'),
    )
    const plain = await textOf((await exported({ format: 'csv', limit: 1 })).location)
    assert.match(
      plain,
      /^Id,Given Name,Family Name,Nickname,Name,Email,Email Verified,Picture,Connection,Created At,Updated At\r\nauth0\|/,
    )
    assert.equal(plain.split('\r\n').length, 3)
    const many = Array.from({ length: 31 }, (_, nth) => ({ name: `user_metadata.m${nth}` }))
    assert.match(
      (await server.refused('POST', 'jobs/users-exports', { format: 'csv', fields: many }))[2],
      /may have 30 fields/,
    )
    const whole = { format: 'csv', fields: [{ name: 'app_metadata' }] }
    assert.match((await server.refused('POST', 'jobs/users-exports', whole))[2], /app_metadata\.<name>/)
    assert.match((await server.refused('POST', 'jobs/users-exports', { connection_id: 'con_no' }))[2], /does not exist/)
  })

  it('of more users than a part has each of them once, the oldest first', async () => {
    const connection_id = await server.createConnection('filled')
    const { db, tenant_id } = server.internals
    await fillStore(db, { tenant_id, connection_id, users: 5003, days: 0, events_per_day: 0 })
    const fields = [{ name: 'user_id', export_as: 'id' }]
    const ids = parse(await textOf((await exported({ connection_id, fields })).location)).map(({ id }) => String(id))
    assert.equal(ids.length, 5003)
    assert.deepEqual(
      ids,
      Array.from({ length: 5003 }, (_, nth) => `auth0|filled-${nth + 1}`),
    )
  })
})

describe('an export with password hashes', () => {
  const body = { include_password_hashes: true }

  it('[guard: hash-export-by-name] is not for a client that may request all scopes', async () => {
    const { token, scope } = await tokenOf(server.credentials)
    assert.doesNotMatch(scope, /password_hashes/)
    const { status, json } = await server.send('/api/v2/jobs/users-exports', {
      method: 'POST',
      headers: bearer(token),
      body,
    })
    assert.deepEqual([status, json.errorCode], [403, 'insufficient_scope'])
    assert.match(json.message, /export:password_hashes/)
  })

  it('[guard: hash-export-granted-by-owners] cannot be granted by a client, which may not change a client that has it either', async () => {
    const { audience } = server.credentials
    const scope = ['export:password_hashes']
    const grant = await server.refused('POST', 'client-grants', { client_id: client.client_id, audience, scope })
    assert.deepEqual([grant[0], grant[1]], [403, 'insufficient_scope'])
    const holder = await createHolder()
    assert.equal((await server.api('POST', `clients/${holder.client_id}/rotate-secret`)).status, 403)
    const { client_secret } = await server.must('GET', `clients/${holder.client_id}`)
    assert.notEqual(client_secret, holder.client_secret)
  })

  it('[guard: hash-file-needs-its-scope] is downloaded by a token with the scope only, is logged, and imports again', async () => {
    const holder = await tokenOf(await createHolder())
    assert.match(holder.scope, /export:password_hashes/)
    const foreign = { algorithm: 'md5', hash: { value: hexDigest('md5', password), encoding: 'hex' } }
    const file = JSON.stringify([{ email: 'old@x.example', custom_password_hash: foreign }])
    await ended((await upload(server, { users: new Blob([file]), connection_id: shop })).json.id)
    const send = async (method: string, path: string): Promise<Answer> =>
      await server.send(`/api/v2/${path}`, {
        method,
        headers: bearer(holder.token),
        ...(method === 'POST' ? { body: { ...body, connection_id: shop } } : {}),
      })
    const started = await send('POST', 'jobs/users-exports')
    assert.equal(started.status, 200, started.text)
    assert.equal((await ended(started.json.id)).location, undefined, 'for a token that may not read it')
    const job = (await send('GET', `jobs/${started.json.id}`)).json
    assert.match(job.location, /\/file$/)
    assert.equal((await download(job.location)).status, 401)
    assert.equal((await download(job.location, bearer(await server.managementToken()))).status, 403)
    const text = await textOf(job.location, bearer(holder.token))
    const [ada, , old] = parse(text)
    assert.match(ada.password_hash, /^\$argon2id\$/)
    assert.deepEqual(old.custom_password_hash, foreign)
    assert.equal((await server.logs('type:sapi AND description:"Download password hashes of users"')).length, 1)

    const connection_id = await server.createConnection('again', { id_namespace: 'again' }, [client])
    const { summary } = await ended((await upload(server, { users: new Blob([text]), connection_id })).json.id)
    assert.deepEqual([summary.inserted, summary.failed], [3, 0])
    for (const name of ['ada', 'old']) {
      assert.equal((await server.login(client, 'again', `${name}@x.example`, password)).status, 200, name)
    }
  })
})

async function createHolder(): Promise<TestClient> {
  const { internals, credentials } = server
  const tenant = await tenantById(internals.db, internals.tenant_id)
  assert.ok(tenant)
  return await createManagementClient(internals, tenant, credentials.audience, ['export:password_hashes'])
}

describe('a job that mails a verification link', () => {
  it('sends it once, to a user with an address', async () => {
    const [ada] = await server.must('GET', 'users-by-email?email=ada@x.example')
    const job = await server.must('POST', 'jobs/verification-email', { user_id: ada.user_id })
    assert.equal(job.type, 'verification_email')
    assert.equal((await ended(job.id)).status, 'completed')
    assert.equal(
      (await server.outbox('ada@x.example')).filter(({ subject }) => /Confirm/.test(String(subject))).length,
      2,
    )
    const identity = { user_id: 'another', provider: 'auth0' }
    assert.deepEqual(
      [
        (await server.refused('POST', 'jobs/verification-email', { user_id: 'auth0|none' }))[1],
        (await server.refused('POST', 'jobs/verification-email', { user_id: ada.user_id, identity }))[2],
      ],
      ['inexistent_user', 'The user exists, but does not contain the given identity.'],
    )
  })
})
