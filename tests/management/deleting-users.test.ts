import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { at, linkingKit, password, subOf } from './linking-kit.ts'

let server: TestServer
let connection_id: string
let doomed: string
let kit: ReturnType<typeof linkingKit>

before(async () => {
  server = await startTestServer()
  const client = await server.createClient()
  connection_id = await server.createConnection('users', {}, [client])
  await server.createConnection('shop', {}, [client])
  doomed = await server.createConnection('doomed', {}, [client])
  kit = linkingKit(server, client)
})

after(() => server.close())

const makeUser = async (email: string) =>
  await server.must('POST', 'users', { connection: 'users', email, password: 'Compiler no. 1' })

describe('deleting a user', () => {
  it('answers 204, for an unknown id too, and counts one user fewer', async () => {
    await makeUser('stays@example.com')
    const user = await makeUser('goes@example.com')
    assert.equal(await kit.total(), 2)
    await server.must('DELETE', `users/${encodeURIComponent(user.user_id)}`)
    await server.must('DELETE', `users/${encodeURIComponent(user.user_id)}`)
    assert.equal(await kit.total(), 1)
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

describe('deleting a user who has linked identities', () => {
  it('deletes the identities with the user', async () => {
    const [user, linked] = [await kit.makePerson(), await kit.makePerson('shop')]
    await kit.link(user, linked)
    await server.must('DELETE', at(linked))
    assert.equal(subOf(await kit.logIn(linked)), user.user_id)
    await server.must('DELETE', at(user))
    assert.equal((await kit.logIn(linked)).status, 403)
    const again = await server.must('POST', 'users', { connection: 'shop', email: linked.email, password })
    assert.notEqual(again.user_id, linked.user_id)
  })

  it('unlinks identities of other connections where the connection of the user is deleted, and the other way round', async () => {
    const [gone, stays, user, linked] = [
      await kit.makePerson('doomed'),
      await kit.makePerson('shop'),
      await kit.makePerson(),
      await kit.makePerson('doomed'),
    ]
    await kit.link(gone, stays)
    await kit.link(user, linked)
    await server.must('DELETE', `connections/${doomed}`)
    await waitUntil(async () => (await server.api('GET', at(stays))).status === 200)
    assert.equal(subOf(await kit.logIn(stays)), stays.user_id)
    assert.equal((await server.must('GET', at(user))).identities.length, 1)
    assert.equal((await server.api('GET', at(gone))).status, 404)
  })
})
