// Each export file of a legacy directory moves its people: loaded, imported with their hashes, and logged in with the old password.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { DirectoryFormat, DirectoryFormatOptions } from '../../src/contract/directory-format.ts'
import { fileOf } from '../migration/directory-reading.ts'
import { bearer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

type Move = {
  file: string
  format: DirectoryFormat
  /** The users of the file, and those of them who log in afterwards, with their passwords. */
  rows: number
  people: Record<string, string>
  options?: DirectoryFormatOptions
}

const firebase = {
  signer_key: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
  salt_separator: 'Bw==',
  rounds: 8,
  mem_cost: 14,
}
const moves: Move[] = [
  {
    file: 'auth0-hashes.ndjson',
    format: 'auth0',
    rows: 2,
    people: { 'ada@example.org': 'password', 'bo@example.org': 'password' },
  },
  { file: 'auth0-users.ndjson', format: 'auth0', rows: 3, people: {} },
  {
    file: 'firebase-users.json',
    format: 'firebase',
    rows: 2,
    options: { firebase },
    people: { 'user1@example.org': 'user1password' },
  },
  {
    file: 'firebase-users.csv',
    format: 'firebase',
    rows: 2,
    options: { firebase },
    people: { 'user1@example.org': 'user1password' },
  },
  { file: 'cognito-users.json', format: 'cognito', rows: 2, people: {} },
  { file: 'okta-users.json', format: 'okta', rows: 3, people: {} },
  { file: 'keycloak-realm.json', format: 'keycloak', rows: 2, people: { 'ada@example.org': 'alice-password' } },
  { file: 'supabase-users.csv', format: 'supabase', rows: 2, people: { 'ada@example.org': 'password' } },
  {
    file: 'wordpress-users.csv',
    format: 'wordpress',
    rows: 2,
    people: { 'ada@example.org': 'test12345', 'bo@example.org': 'admin' },
  },
  {
    file: 'wordpress-dump.sql',
    format: 'wordpress',
    rows: 3,
    people: { 'ada@example.org': 'test12345', 'bo@example.org': 'admin' },
  },
  { file: 'openldap.ldif', format: 'ldif', rows: 2, people: { 'ada@example.org': 'test123' } },
  { file: 'active-directory.ldif', format: 'ldif', rows: 2, people: {} },
]

let server: TestServer
let client: TestClient
before(async () => {
  server = await startTestServer()
  client = await server.createClient()
})
after(async () => await server.close())

async function load(id: string, { file, format, options }: Move): Promise<string> {
  const form = new FormData()
  form.append('format', format)
  if (options) form.append('options', JSON.stringify(options))
  form.append('file', new Blob([fileOf(file)]), file)
  const request = new Request('http://wherry.test', { method: 'POST', body: form })
  const answer = await server.send(`/api/v2/migrations/${id}/directory`, {
    method: 'POST',
    headers: { ...bearer(await server.managementToken()), 'content-type': request.headers.get('content-type') ?? '' },
    body: Buffer.from(await request.arrayBuffer()),
  })
  assert.equal(answer.status, 202, answer.text)
  return String(answer.json.load_id)
}

const scripts = {
  login: `function login(name, password, callback) { callback(new Error('the legacy store is off')) }`,
  get_user: `function getUser(name, callback) { callback(new Error('the legacy store is off')) }`,
}

for (const move of moves) {
  test(`${move.file}: ${Object.keys(move.people).length} people log in with their old passwords`, async () => {
    const name = move.file.replaceAll(/[^a-z0-9]+/g, '-')
    const options = {
      enabledDatabaseCustomization: true,
      import_mode: true,
      requires_username: false,
      customScripts: scripts,
    }
    const id = await server.createConnection(name, { ...options, id_namespace: name }, [client])
    const load_id = await load(id, move)
    await waitUntil(async () => {
      const { state, message } = await server.must('GET', `migrations/${id}/directory/${load_id}`)
      assert.notEqual(state, 'failed', String(message))
      return state === 'applied'
    })
    const { counts } = await server.must('GET', `migrations/${id}/directory/${load_id}`)
    assert.equal(counts.rows, move.rows)
    const { job_id } = await server.must('POST', `migrations/${id}/tail-import`)
    await waitUntil(async () => {
      const { status, status_details } = await server.must('GET', `jobs/${job_id}`)
      assert.notEqual(status, 'failed', String(status_details))
      return status === 'completed'
    })
    for (const [email, password] of Object.entries(move.people)) {
      const wrong = await server.login(client, name, email, `${password}x`)
      const right = await server.login(client, name, email, password)
      assert.deepEqual([wrong.status, right.status], [403, 200], `${email}: ${right.text}`)
    }
    const { states } = await server.must('GET', `migrations/${id}`)
    assert.equal(states.migrated, Object.keys(move.people).length)
  })
}
