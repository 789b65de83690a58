// Who needs a decision: each person under one cause, until one is made.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { loadDirectory } from '../support/load-directory.ts'
import { bearer, objects, type Json } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { testedStore } from '../support/tested-store.ts'
import { waitUntil } from '../support/wait-until.ts'

const login = `function login(email, password, callback) {
  callback(null, { user_id: email.split('@')[0], email: 'no address' })
}`

const store = await testedStore('SQLite')
let server: TestServer
before(async () => {
  server = await startTestServer({ env: await store.env() })
})
after(async () => await server?.close())

/** The number of people whom the list behind each cause has: all of them, and those about whom no decision waits. */
async function listedByCause(of: string): Promise<Record<string, number[]>> {
  const listed: Record<string, number[]> = {}
  for (const { kind, cause } of objects((await server.must('GET', `${of}/causes`)).people)) {
    const key = `${String(kind)}:${String(cause)}`
    const all = await server.must('GET', `${of}/records?cause=${key}&take=100`)
    const open = await server.must('GET', `${of}/records?cause=${key}&decided=false&take=100`)
    listed[key] = [objects(all.records).length, objects(open.records).length]
  }
  return listed
}

test('counts each person who needs a decision under one cause, as many as the preflight, until a decision is made', async () => {
  const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: { login } }
  const client = await server.createClient()
  const connection_id = await server.createConnection('causes', options, [client])
  const rows = ['1,no address', '2,no address', '3,', '4,twin@legacy.example', '5,Twin@legacy.example', '6,b@x.example']
  await loadDirectory(server, connection_id, `id,email\n${rows.join('\n')}\n`)
  await server.login(client, 'causes', 'fay@legacy.example', 'no address')
  const of = `migrations/${connection_id}`
  const causes = async () =>
    Object.fromEntries(
      objects((await server.must('GET', `${of}/causes`)).people).map((one) => [
        String(one['cause']),
        { people: Number(one['people']), decided: Number(one['decided']), has_sample: one['sample'] !== undefined },
      ]),
    )
  const undecided = async () =>
    objects((await server.must('GET', `${of}/preflight`)).reasons).find(({ reason }) => reason === 'undecided')?.[
      'count'
    ]
  const open = (people: number) => ({ people, decided: 0, has_sample: true })
  const expected = {
    invalid_address: open(2),
    missing_identifier: open(1),
    shared_identifier: open(2),
    profile_refused: open(1),
  }
  assert.deepEqual(await causes(), expected)
  assert.equal(await undecided(), 6)
  const decide = (cause: Json) =>
    server.must('POST', `${of}/decisions/by-cause`, { ...cause, kind: 'exclude', people_max: 10 })
  assert.deepEqual(await decide({ outcome: 'profile_refused' }), { decided: 1, has_more: false })
  assert.deepEqual(await decide({ problem: 'invalid_address' }), { decided: 2, has_more: false })
  const decided = (people: number) => ({ people, decided: people, has_sample: false })
  assert.deepEqual(await causes(), { ...expected, invalid_address: decided(2), profile_refused: decided(1) })
  // The rows with a problem have the outcome profile_refused, too.
  assert.deepEqual(await listedByCause(of), {
    'problem:invalid_address': [2, 0],
    'problem:missing_identifier': [1, 1],
    'shared:shared_identifier': [2, 2],
    'outcome:profile_refused': [1, 0],
  })
  assert.equal(await undecided(), 3)
  const { records } = await server.must('GET', `${of}/records?shared=true`)
  for (const { record_id } of objects(records))
    await server.must('PUT', `${of}/records/${String(record_id)}/decision`, { kind: 'exclude' })
  assert.deepEqual((await causes())['shared_identifier'], undefined)
})

const rehearsed_scripts = {
  login: `function login(name, password, callback) {
    const id = name.split('@')[0]
    if (password === 'wrong') return callback(new WrongUsernameOrPasswordError(name))
    callback(null, { user_id: id, email: id === 'refused' ? 'no address' : name, blocked: id === 'blocked' })
  }`,
  get_user: `function get_user(name, callback) {
    const id = name.split('@')[0]
    const email = id.startsWith('bad') ? 'no address' : id === 'taken' ? 'moved@legacy.example' : name
    callback(null, { user_id: id, email })
  }`,
}

test('the people who need a decision by a rehearsal alone, and those refused before, are in a cause, too', async () => {
  const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: rehearsed_scripts }
  const client = await server.createClient()
  const connection_id = await server.createConnection('rehearsed', options, [client])
  const of = `migrations/${connection_id}`
  const login = (id: string, password = 'right') => server.login(client, 'rehearsed', `${id}@legacy.example`, password)
  // Whose row has a problem, and who is not refused: the password was wrong.
  await login('seen', 'wrong')
  await login('moved')
  await login('blocked')
  await login('refused')
  // The last attempt of one who was refused says nothing of the reason.
  await login('refused', 'wrong')
  const ids = ['bad1', 'bad2', 'taken', 'moved', 'refused', 'blocked', 'plain']
  const rows = ids.map((id) => `${id},${id}@legacy.example`)
  await loadDirectory(server, connection_id, `id,email\n${rows.join('\n')}\n,seen@legacy.example\n`)
  const { id } = await server.must('POST', `${of}/rehearsals`, { calls_per_second: 100 })
  await waitUntil(async () => (await server.must('GET', `${of}/rehearsals/${id}`)).status === 'completed')
  const counts = async () => {
    const people = objects((await server.must('GET', `${of}/causes`)).people)
    return people.map((one) => [
      `${String(one['kind'])}:${String(one['cause'])}`,
      { people: Number(one['people']), decided: Number(one['decided']), has_sample: one['sample'] !== undefined },
    ])
  }
  const open = (people: number) => ({ people, decided: 0, has_sample: true })
  const expected = {
    'problem:missing_id': open(1),
    'refused:refused': open(1),
    'rehearsal:profile_refused': open(2),
    'rehearsal:collision': open(1),
    'outcome:blocked': open(1),
  }
  assert.deepEqual(Object.fromEntries(await counts()), expected)
  const undecided = async () => {
    const { reasons } = await server.must('GET', `${of}/preflight`)
    const headers = bearer(await server.managementToken())
    const file = await server.send(`/api/v2/${of}/decisions`, { headers })
    const lines = file.text.trim().split('\n').length - 1
    return [objects(reasons).find(({ reason }) => reason === 'undecided')?.['count'], lines]
  }
  assert.deepEqual(await undecided(), [5, 5])
  const decide = (cause: Json) =>
    server.must('POST', `${of}/decisions/by-cause`, { ...cause, kind: 'exclude', people_max: 10 })
  assert.deepEqual(await decide({ rehearsed: 'profile_refused' }), { decided: 2, has_more: false })
  assert.deepEqual(await decide({ rehearsed: 'profile_refused' }), { decided: 0, has_more: false })
  const decided = { people: 2, decided: 2, has_sample: false }
  assert.deepEqual(Object.fromEntries(await counts()), { ...expected, 'rehearsal:profile_refused': decided })
  assert.deepEqual(await listedByCause(of), {
    'problem:missing_id': [1, 1],
    'refused:refused': [1, 1],
    'rehearsal:profile_refused': [2, 0],
    'rehearsal:collision': [1, 1],
    'outcome:blocked': [1, 1],
  })
  assert.deepEqual(await undecided(), [3, 3])
})
