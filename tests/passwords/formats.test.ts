import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createVerify,
  formatOf,
  HashError,
  needsRehash,
  type Recipes,
  type Stored,
} from '../../src/passwords/formats/index.ts'
import { native_primitives } from '../../src/passwords/native-primitives.ts'
import { other_vectors, vectors } from './vectors.ts'

const verify = createVerify(native_primitives)

for (const { name, password, stored, recipe } of vectors) {
  test(`${name}: the published password verifies, one with another letter does not`, async () => {
    assert.equal(await verify(password, stored, recipe), true)
    assert.equal(await verify(`${password.slice(0, 3)}~${password.slice(4)}`, stored, recipe), false)
    assert.equal(await verify('', stored, recipe), false)
  })
}

for (const { name, password, stored, recipe } of other_vectors) {
  test(`${name}: a hash of another password, or one that is cut off, does not verify`, async () => {
    const matches = await verify(password, stored, recipe).catch(
      (error: unknown) => error instanceof HashError && 'refused',
    )
    assert.notEqual(matches, true)
  })
}

async function refused(stored: Stored, recipe?: Recipes): Promise<HashError> {
  const started = performance.now()
  const error = await verify('some password', stored, recipe).then(
    (answer) => assert.fail(`not refused but ${answer}`),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof HashError, String(error))
  // Most of these hashes take seconds, some minutes.
  assert.ok(performance.now() - started < 1500, `refused after ${performance.now() - started} ms`)
  return error
}

const too_costly: [string, Stored, RegExp][] = [
  ['PBKDF2 of Django', 'pbkdf2_sha256$2000001$salt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=', /2,000,000 rounds/],
  ['PBKDF2 with two blocks', `pbkdf2_sha256$1000001$salt$${'A'.repeat(86)}==`, /2,000,000 rounds/],
  [
    'ASP.NET Identity',
    'AQAAAAH/////AAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==',
    /2,000,000 rounds/,
  ],
  ['bcrypt', `$2b$15$${'a'.repeat(53)}`, /bcrypt with cost 15 is above the limit of 14/],
  ['bcrypt behind a prefix', `{bcrypt}$2b$31$${'a'.repeat(53)}`, /limit of 14/],
  ['memory of argon2', '$argon2id$v=19$m=262145,t=1,p=1$c2FsdHNhbHQ$fBxypOL0nP/zdPE71JtAVQ', /268,435,456 bytes/],
  ['passes of argon2', '$argon2id$v=19$m=65536,t=17,p=1$c2FsdHNhbHQ$fBxypOL0nP/zdPE71JtAVQ', /1,073,741,824 bytes/],
  ['memory of scrypt', `scrypt:524288:8:1$salt$${'ab'.repeat(32)}`, /268,435,456 bytes/],
  ['parallelization of scrypt', `scrypt:16384:8:25$salt$${'ab'.repeat(32)}`, /402,653,184 bytes/],
  ['phpass', '$P$IsaltsaltwfeRo7ud9Fh4E2PdI0S3r.', /262,144 rounds/],
  ['sha-crypt', `$6$rounds=300001$salt$${'a'.repeat(86)}`, /300,000 rounds/],
  ['Magento', `${'ab'.repeat(32)}:salt:3_32_2_999999999999`, /268,435,456 bytes/],
]

for (const [name, stored, message] of too_costly) {
  test(`${name} above the limit is refused before it is computed [guard: costly-legacy-hash]`, async () => {
    const error = await refused(stored)
    assert.equal(error.code, 'too_costly')
    assert.match(error.message, message)
  })
}

test('a recipe that digests much in each of many rounds is refused before it is computed', async () => {
  const stored = { hash: 'ab'.repeat(64), salt: 's'.repeat(1024) }
  const error = await refused(stored, { digest: 'whirlpool', rounds: 524_288, next: ['previous', 'salt', 'salt'] })
  assert.equal(error.code, 'too_costly')
  assert.match(error.message, /a hash whose rounds together take [\d,]+ ms is above the limit of 2,000 ms/)
})

test('a round of PBKDF2 with SHA-3 counts as two', async () => {
  const stored = { hash: 'ab'.repeat(64), salt: 'salt' }
  const error = await refused(stored, { pbkdf2: 'sha3-512', rounds: 1_000_001 })
  assert.match(error.message, /limit of 2,000,000 rounds/)
})

test('scrypt with a cost that RFC 7914 does not allow is refused before it is computed', async () => {
  const error = await refused(`scrypt:65536:1:1$salt$${'ab'.repeat(32)}`)
  assert.match(error.message, /below 2 \^ \(16 × block size\)/)
  assert.equal(await verify('password', `scrypt:32768:1:1$salt$${'ab'.repeat(32)}`), false)
})

test('the usual numbers of rounds are within the limits', () => {
  const usual: Stored[] = [
    `$shiro1$SHA-256$500000$${'a'.repeat(22)}==$${'a'.repeat(43)}=`,
    `{SHA-256}0123456789abcdef-1000-${'ab'.repeat(32)}`,
    `AAAAoAAT1iA${'a'.repeat(37)}`, // 1,300,000 rounds: Liferay 7.4
    `pbkdf2_sha256$1200000$salt$${'a'.repeat(43)}=`,
    `$S$G${'a'.repeat(51)}`,
    `$6$rounds=300000$salt$${'a'.repeat(86)}`,
    `$2y$14$${'a'.repeat(53)}`,
  ]
  for (const stored of usual) assert.ok(formatOf(stored), String(stored))
})

test('a text without a form of its own is refused unless a recipe describes it', async () => {
  for (const stored of [
    '5f4dcc3b5aa765d61d8327deb882cf99',
    'secret',
    '',
    'ab1Hv2Lg7ltQo',
    '$9$unknown',
    '!',
    'x'.repeat(5000),
  ]) {
    const { code, message } = await refused(stored)
    assert.ok(code === 'unknown_format' || code === 'malformed', code)
    assert.ok(stored.length < 3 || !message.includes(stored))
  }
  assert.equal(await verify('password', '5f4dcc3b5aa765d61d8327deb882cf99', { digest: 'md5' }), true)
})

test('malformed texts of each form are refused or do not match', async () => {
  for (const { stored, recipe, password } of vectors) {
    if (typeof stored !== 'string') continue
    for (const broken of [
      stored.slice(0, -3),
      stored.slice(1),
      `${stored}\u0000`,
      stored.replace(/[0-9a-f]{4}/i, '%%%%'),
    ]) {
      const answer = await verify(`${password}?`, broken, recipe).catch((error: unknown) => {
        assert.ok(error instanceof HashError || recipe !== undefined, String(error))
        return false
      })
      assert.equal(answer, false)
    }
  }
})

test('forms of several generations stand side by side: a recipe is for the texts that have no form of their own', async () => {
  const recipe: Recipes = [{ format: 'md5-password-salt' }, { digest: 'sha1' }]
  assert.equal(await verify('mySuperSecretPassword', '$P$D6vpNa203LlaQUah3KcVQIhgFZ4E6o1', recipe), true)
  assert.equal(await verify('test', '098f6bcd4621d373cade4e832627b4f6:', recipe), true)
  assert.equal(await verify('test', 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3', recipe), true)
})

test('a password is tried in UTF-8, in normalization form C, and in the charset of the recipe', async () => {
  const latin1: Recipes = { digest: 'md5', charset: 'latin1' }
  const stored = '9ad9cd1cee8b12de33f18ca100ba92b4'
  assert.equal(await verify('Grüße-aus-Köln7', stored, latin1), true)
  assert.equal(await verify('Grüße-aus-Köln7'.normalize('NFD'), stored, latin1), true)
  assert.equal(await verify('Grüße-aus-Köln8', stored, latin1), false)
  assert.equal(await verify('Grüße-aus-Köln7', stored, { digest: 'md5' }), false)
  const euro = 'a605063796f29e100b9dec9d78774a2005235aa328bafeb85b0f651476b05b8a'
  assert.equal(await verify('preis-€-99', euro, { digest: 'sha256', charset: 'windows-1252' }), true)
  assert.equal(await verify('preis-€-98', euro, { digest: 'sha256', charset: 'windows-1252' }), false)
})

test('a recipe says what goes into the next round', async () => {
  const recipe: Recipes = { digest: 'sha512', of: ['password', 'salt'], rounds: 20, salt_encoding: 'utf8' }
  const hash =
    '6858574973a363471a1f33841de38c75c06fd6d918f3df9ea9cfdc6160351cce9f5a37fa24272185d472f5b10c1b58765e87820ca2c2b680f44f1dd867e85986'
  assert.equal(await verify('Grüße-aus-Köln7', { hash, salt: '9f1c22ab' }, recipe), true)
  assert.equal(await verify('Grüße-aus-Köln7', `${hash}:9f1c22ab`, recipe), true)
  assert.equal(await verify('Grüße-aus-Köln7', { hash, salt: '9f1c22ab' }, { ...recipe, as: 'raw' }), false)
  assert.equal(await verify('Grüße-aus-Köln7', { hash, salt: '9f1c22ab' }, { ...recipe, rounds: 19 }), false)
})

const bad_recipes: [unknown, RegExp][] = [
  [{ digst: 'md5' }, /digst is unknown; the members are format/],
  [{ digest: 'md6' }, /digest must be one of md4, md5/],
  [{ digest: 'md5', pbkdf2: 'sha1' }, /digest and pbkdf2 exclude each other/],
  [{ pbkdf2: 'sha256' }, /rounds is missing/],
  [{ digest: 'md5', of: ['salt'] }, /of does not contain the password/],
  [{ digest: 'md5', of: [{ digest: 'md5', of: ['pasword'] }] }, /of\[0\]\.of\[0\] must be one of password/],
  [{ digest: 'md5', rounds: 1e6 }, /rounds must be at most 524,288/],
  [{ next: ['previous'] }, /next needs digest/],
  [{ format: 'unknown' }, /format must be one of bcrypt/],
  [[], /a list of 1 to 8/],
]

test('a recipe that is not valid is refused with the member and what is allowed', async () => {
  for (const [recipe, message] of bad_recipes) {
    const error = await refused('5f4dcc3b5aa765d61d8327deb882cf99', recipe as Recipes)
    assert.equal(error.code, 'bad_recipe')
    assert.match(error.message, message)
  }
})

test('a hash that cannot be the digest is refused, and the message says what it looks like', async () => {
  const hex = '13601bda4ea78e55a07b98866d2be6be0744e3866f13c00c811cab608a28f322'
  const declared = await refused({ algorithm: 'sha256', hash: { value: hex, encoding: 'base64' } })
  assert.match(declared.message, /not 32 bytes in base64; it looks like hexadecimal digits/)
  const short = await refused({ algorithm: 'sha1', hash: { value: 'ab'.repeat(19), encoding: 'hex' } })
  assert.match(short.message, /not 20 bytes in hexadecimal digits; it has 38 characters/)
})

test('a hash is weaker than new ones unless it is argon2id with at least their parameters', () => {
  assert.equal(needsRehash(`$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`), false)
  assert.equal(needsRehash(`$argon2id$v=19$m=19455,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`), true)
  assert.equal(needsRehash('$2y$10$92IXUNpkjO0rOQ5byMi.Ye4oKoEa3Ro9llC/.og/at2.uheWG/igi'), true)
})
