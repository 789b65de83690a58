import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let connection_id: string

before(async () => {
  server = await startTestServer()
  connection_id = await server.createConnection('users', {}, [])
})

after(() => server.close())

const makeUser = async (email: string) =>
  await server.must('POST', 'users', { connection: 'users', email, password: 'Compiler no. 1' })
const total = async (): Promise<number> => (await server.must('GET', 'users?include_totals=true&per_page=1')).total

describe('deleting a user', () => {
  it('answers 204, for an unknown id too, and counts one user fewer', async () => {
    await makeUser('stays@example.com')
    const user = await makeUser('goes@example.com')
    assert.equal(await total(), 2)
    await server.must('DELETE', `users/${encodeURIComponent(user.user_id)}`)
    await server.must('DELETE', `users/${encodeURIComponent(user.user_id)}`)
    assert.equal(await total(), 1)
    assert.deepEqual(await server.must('GET', 'users-by-email?email=goes@example.com'), [])
  })

  it('deletes a user of a connection by address, in any letter case', async () => {
    await makeUser('by-address@example.com')
    await server.must('DELETE', `connections/${connection_id}/users?email=By-Address@example.com`)
    assert.deepEqual(await server.must('GET', 'users-by-email?email=by-address@example.com'), [])
  })

  it('frees the address for another user', async () => {
    const user = await makeUser('again@example.com')
    await server.must('DELETE', `users/${encodeURIComponent(user.user_id)}`)
    assert.notEqual((await makeUser('again@example.com')).user_id, user.user_id)
  })
})
