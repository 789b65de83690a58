import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createHash,
  createVerify,
  dummyHash,
  formatOf,
  HashError,
  type HashFormat,
} from '../../src/passwords/formats/index.ts'
import { hashWithSalt } from '../../src/passwords/formats/write-hash.ts'
import { native_primitives } from '../../src/passwords/native-primitives.ts'

const verify = createVerify(native_primitives)
const hash = createHash(native_primitives)

const salt_of = (text: string, from: number, to: number): Buffer => Buffer.from(text, 'base64').subarray(from, to)
const v2 = 'AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg=='
const v3 = 'AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw=='
const v3_long_salt =
  'AQAAAAEAA9CQAAAAIESkQuj2Du8Y+kbc5lcN/W/3NiAZFEm11P27nrSN5/tId+bR1SwV8CO1Jd72r4C08OLvplNlCDc3oQZ8efcW+jQ='

// dotnet/aspnetcore src/Identity/test/Identity.Test/PasswordHasherTest.cs; hashcat's modules 141 and 1441 (Episerver), without the
// padding of base64 there; auth0/db-connections-templates test/scripts/MVC3/login.test.js.
const published: [HashFormat, password: string, salt: Buffer, hash: string][] = [
  [{ format: 'aspnet-identity-v2' }, 'my password', salt_of(v2, 1, 17), v2],
  [{ format: 'aspnet-identity-v3', digest: 'sha256', rounds: 10_000 }, 'my password', salt_of(v3, 13, 29), v3],
  [
    { format: 'aspnet-identity-v3', digest: 'sha256', rounds: 250_000 },
    'my password',
    salt_of(v3_long_salt, 13, 45),
    v3_long_salt,
  ],
  [{ format: 'membership-sha1' }, 'hashcat', Buffer.from('2104'), 'ZUgAmuaYTqAvisD0A427FA3oaWU='],
  [{ format: 'membership-sha256' }, 'hashcat', Buffer.from('485523'), '8BFCg/YJBAuZs/wjbH3OWKe69BLr5Lao26ybpnD48Zk='],
]

for (const [options, password, salt, expected] of published) {
  test(`the published ${options.format} of ${options.rounds ?? 'its'} rounds is written byte for byte`, async () => {
    assert.equal((await hashWithSalt(native_primitives, password, salt, options)).hash, expected)
  })
}

test('what is written verifies, with another salt each time', async () => {
  const membership = ['md5', 'sha1', 'sha256', 'sha384', 'sha512'].flatMap((digest) => [
    `membership-${digest}`,
    `membership-hmac-${digest}`,
  ])
  const identity: HashFormat[] = (['sha1', 'sha256', 'sha512'] as const).map((digest) => ({
    format: 'aspnet-identity-v3',
    digest,
    rounds: 1000,
  }))
  const password = 'pä ß 密\u{1F6A3}'
  for (const options of [{ format: 'aspnet-identity-v2' }, ...identity, ...membership.map((format) => ({ format }))]) {
    const [one, other] = [await hash(password, options), await hash(password, options)]
    assert.notEqual(one.hash, other.hash)
    const recipe = options.format.startsWith('membership') ? { format: options.format } : {}
    assert.equal(await verify(password, { salt: null, ...one }, recipe), true, options.format)
    assert.equal(await verify(`${password}x`, { salt: null, ...one }, recipe), false, options.format)
    const dummy = { salt: null, ...dummyHash(options) }
    assert.equal(dummy.hash.length, one.hash.length)
    assert.equal(formatOf(dummy, recipe), formatOf({ salt: null, ...one }, recipe))
    assert.equal(await verify(password, dummy, recipe), false)
  }
})

test('an unknown format or digest, too many rounds and a password without an end are refused', async () => {
  const refused = async (password: string, options: HashFormat): Promise<string> => {
    const error = await hash(password, options).then(
      () => assert.fail('not refused'),
      (thrown: unknown) => thrown,
    )
    assert.ok(error instanceof Error)
    return error instanceof HashError ? error.code : error.name
  }
  assert.equal(await refused('x', { format: 'bcrypt' }), 'bad_recipe')
  assert.equal(await refused('x', { format: '__proto__' }), 'bad_recipe')
  assert.equal(await refused('x', { format: 'aspnet-identity-v3', digest: 'md5' as 'sha1' }), 'bad_recipe')
  assert.equal(await refused('x', { format: 'aspnet-identity-v3', rounds: 0.5 }), 'bad_recipe')
  assert.equal(await refused('x', { format: 'aspnet-identity-v3', rounds: 3_000_000 }), 'too_costly')
  assert.equal(await refused('x'.repeat(1025), { format: 'membership-sha1' }), 'TypeError')
  assert.equal(await refused('', { format: 'membership-sha1' }), 'TypeError')
})
