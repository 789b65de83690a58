// What happens to a user while their right password is being looked at counts.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { member, startHouse, type TestClient, type TestHouse } from '../support/house.ts'

const password = 'Right-one-1'
let house: TestHouse
let client: TestClient
let nth = 0
let user_id: string
let email: string
let meanwhile: (() => Promise<unknown>) | undefined

before(async () => {
  house = await startHouse()
  client = await house.createClient()
  await house.createConnection('local', {}, [client])
  const { passwords } = house.house
  const verify = passwords.verify.bind(passwords)
  passwords.verify = async (stored, typed) => {
    const right = await verify(stored, typed)
    await meanwhile?.()
    return right
  }
})
after(() => house.close())

beforeEach(async () => {
  meanwhile = undefined
  email = `person-${nth++}@local.example`
  const made = await house.must('POST', 'users', { connection: 'local', email, password })
  user_id = String(member(made, 'user_id'))
})

const login = async (typed = password) =>
  await house.login(client, 'local', email, typed, { scope: 'openid offline_access' })
const change = async (body: object) => await house.must('PATCH', `users/${encodeURIComponent(user_id)}`, body)
const leftovers = async () => {
  await house.house.background.drained()
  const { db } = house.house
  const families = await db.selectFrom('token_families').selectAll().where('user_id', '=', user_id).execute()
  const counters = await db.selectFrom('brute_force_counters').selectAll().where('failures', '>', 0).execute()
  return { families: families.length, counters: counters.length }
}

test('a user who is blocked meanwhile gets no tokens', async () => {
  meanwhile = () => change({ blocked: true })
  assert.equal((await login()).status, 403)
  assert.deepEqual(await leftovers(), { families: 0, counters: 0 })
})

test('a password that was replaced meanwhile is not the password any more', async () => {
  meanwhile = () => change({ password: 'Another-one-2' })
  assert.equal((await login()).status, 403)
  assert.deepEqual(await leftovers(), { families: 0, counters: 0 })
  meanwhile = undefined
  assert.equal((await login('Another-one-2')).status, 200)
})

test('a user who is deleted meanwhile is nobody', async () => {
  meanwhile = () => house.must('DELETE', `users/${encodeURIComponent(user_id)}`)
  assert.equal((await login()).status, 403)
  assert.deepEqual(await leftovers(), { families: 0, counters: 0 })
})

test('a user of whom nothing changes is counted once, and a change of something else does not matter', async () => {
  meanwhile = () => change({ name: 'Ada' })
  assert.equal((await login()).status, 200)
  const shown = await house.must('GET', `users/${encodeURIComponent(user_id)}`)
  assert.equal(member(shown, 'logins_count'), 1)
  assert.equal(member(shown, 'name'), 'Ada')
  assert.deepEqual(await leftovers(), { families: 1, counters: 0 })
})

test('a credential from before credentials had ids counts, unless the password is replaced meanwhile', async () => {
  const { db } = house.house
  await db.updateTable('credentials').set({ credential_id: '' }).where('user_id', '=', user_id).execute()
  assert.equal((await login()).status, 200)
  meanwhile = () => change({ password })
  assert.equal((await login()).status, 403, 'the same password again is another credential')
  meanwhile = undefined
  assert.equal((await login()).status, 200)
})
