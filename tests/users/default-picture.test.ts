import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { after, before, describe, it } from 'node:test'
import { withPicture } from '../../src/users/default-picture.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const pictureOf = (email: string | null, name: string | null, picture: string | null = null) =>
  withPicture({ email, name, picture }).picture

const gravatar = (digest: string, initials: string) =>
  `https://s.gravatar.com/avatar/${digest}?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2F${initials}.png`

describe('the picture of a user without one', () => {
  const john = 'd4c74594d841139328695756648b6bd6'

  it('is the Gravatar of the address, whatever its letter case and the spaces around it', () => {
    for (const email of ['john@example.com', 'John@Example.COM', ' john@example.com ']) {
      assert.equal(pictureOf(email, email), gravatar(john, 'jo'))
    }
  })

  it('has the initials of the name, else of the address', () => {
    const initials: [name: string | null, initials: string][] = [
      ['Smith', 'sm'],
      ['Ada Lovelace', 'al'],
      ['Ada  King Lovelace', 'ak'],
      ['Élodie Ångström', 'ea'],
      ['李 小龍', 'jo'],
      [null, 'jo'],
    ]
    for (const [name, expected] of initials) {
      assert.equal(pictureOf('john@example.com', name), gravatar(john, expected), String(name))
    }
    assert.equal(pictureOf('例@例.例', null), gravatar('90efa6088f0f236178de4211807a7e82', 'default'))
  })

  it('is not there without an address, and does not replace one of the user’s own', () => {
    assert.equal(pictureOf(null, 'Ada'), null)
    assert.equal(pictureOf('john@example.com', null, 'https://example.com/a.png'), 'https://example.com/a.png')
  })
})

describe('the picture of a user in the Management API', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server.close())

  it('follows the address, and searches do not find it', async () => {
    await server.createConnection('users')
    const email = 'john@example.com'
    const user = await server.must('POST', 'users', { connection: 'users', email, password: 'Compiler no. 1' })
    assert.equal(user.picture, gravatar('d4c74594d841139328695756648b6bd6', 'jo'))
    await server.must('PATCH', `users/${encodeURIComponent(user.user_id)}`, { email: 'john.new@example.com' })
    const [shown] = await server.must('GET', 'users?fields=picture')
    assert.deepEqual(shown, { picture: gravatar('fb90c850ae9e70447c2cd05cc6a4a384', 'jo') })
    assert.deepEqual(await server.must('GET', 'users?q=_exists_:picture'), [])
  })
})

it('without MD5, as in the FIPS mode of OpenSSL, there is no picture and no error', () => {
  const own = crypto.hash
  const replaceHash = (hash: typeof crypto.hash): void => {
    crypto.hash = hash
    syncBuiltinESMExports()
  }
  replaceHash(() => {
    throw new Error('error:0308010C:digital envelope routines::unsupported')
  })
  try {
    assert.equal(withPicture({ email: 'ada@example.com', name: null, picture: null }).picture, null)
  } finally {
    replaceHash(own)
  }
  assert.match(withPicture({ email: 'ada@example.com', name: null, picture: null }).picture ?? '', /^https:/)
})
