// A person's name, and a script's error, hold a formula, which a spreadsheet would run when an admin opens an exported file.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { textOfCell, csvCell } from '../../src/users/export/export-fields.ts'
import { bearer, type Json } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

const formulas = [
  '=1+1',
  'a;=1+1',
  'a;"=1+1',
  '"=1+1',
  'a; \t=1+1',
  'a\t@SUM(1)',
  'a\n+1',
  'a\r-1',
  ';;""=1+1',
  '＝1+1',
  'a;＋1',
  'a;－1',
  '＠SUM(1)',
  ` '"=1+1`,
]
const harmless = ['A - B', "it's @home", 'a; b', 'a+b@x.example', '1=1']

/** The cells of a file as a spreadsheet reads it: quotes count at the beginning of a cell only, and what follows their end belongs to it. */
function cellsOf(file: string, separator: string): string[] {
  const cells: string[] = []
  let rest = file
  while (rest !== '') {
    const quoted = /^"((?:[^"]|"")*)"?/.exec(rest)
    const plain = rest.slice(quoted?.[0].length ?? 0)
    const end = plain.search(new RegExp(`[${separator}\r\n]`))
    cells.push((quoted?.[1] ?? '').replaceAll('""', '"') + (end === -1 ? plain : plain.slice(0, end)))
    rest = end === -1 ? '' : plain.slice(end + 1)
  }
  return cells
}

const runs = (cell: string): boolean => /^[\s"]*[=+\-@＝＋－＠]/.test(cell)

let server: TestServer
let connection_id: string
before(async () => {
  server = await startTestServer()
  const client = await server.createClient()
  const login = `function login(email, password, callback) {
    callback(password === 'wrong' ? new WrongUsernameOrPasswordError('7') : new Error('boom;=cmd|calc'))
  }`
  const customScripts = { login, get_user: 'function getByEmail(email, callback) { callback(null) }' }
  const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts }
  connection_id = await server.createConnection('legacy', options, [client])
  for (const [nth, name] of formulas.entries()) {
    await server.createUser('legacy', {
      email: `f${nth}@x.example`,
      password: 'Right-one-1',
      name: name.trim(),
      user_metadata: { said: name, list: [name] },
    })
  }
  for (const password of ['wrong', 'broken']) await server.login(client, 'legacy', 'l@x.example', password)
})
after(() => server?.close())

async function exportedUsers(): Promise<string> {
  const fields = ['email', 'name', 'user_metadata.said', 'user_metadata.list'].map((name) => ({ name }))
  const { id } = await server.must('POST', 'jobs/users-exports', { format: 'csv', fields })
  let job: Json
  await waitUntil(async () => {
    job = await server.must('GET', `jobs/${id}`)
    return job.status === 'completed'
  })
  const { pathname, search } = new URL(job?.location)
  return await new Promise((resolve, reject) => {
    const options = { port: server.port, path: pathname + search, headers: { host: server.host } }
    request(options, (response) => resolve(text(response.pipe(createGunzip()))))
      .on('error', reject)
      .end()
  })
}

describe('a formula in an exported file', () => {
  for (const [name, separator] of [
    ['commas', ','],
    ['semicolons', ';'],
    ['tabs', '\t'],
  ] as const) {
    test(`is not run by a spreadsheet that separates by ${name} [guard: csv-formulas]`, async () => {
      const users = await exportedUsers()
      assert.ok(users.includes('1+1') && users.includes('SUM(1)'), users)
      assert.deepEqual(cellsOf(users, separator).filter(runs), [])
      const path = `/api/v2/migrations/${connection_id}/export?format=csv`
      const records = await server.send(path, { headers: bearer(await server.managementToken()) })
      assert.ok(records.text.includes('cmd|calc'), records.text)
      assert.deepEqual(cellsOf(records.text, separator).filter(runs), [])
    })
  }

  test('is the same text again in a file of decisions that is loaded', () => {
    for (const each of [...formulas, ...harmless, "'=a", "a;'=b"]) {
      const cell = csvCell(each)
      const unquoted = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell
      assert.equal(textOfCell(unquoted), each)
    }
    for (const each of harmless) assert.ok([each, `"${each}"`].includes(csvCell(each)), csvCell(each))
  })
})
