import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { detect, HashError, needsRehash, verify, type DigestInput, type Recipe } from '../../src/passwords/library.ts'
import { vectors } from './vectors.ts'

test('verify answers by text, by recipe, and refuses with its error', async () => {
  assert.equal(await verify('test12345', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'), true)
  assert.equal(await verify('test12346', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'), false)
  assert.equal(await verify('password', '5f4dcc3b5aa765d61d8327deb882cf99', { digest: 'md5' }), true)
  const refused = (code: string) => (error: unknown) => error instanceof HashError && error.code === code
  await assert.rejects(verify('password', '5f4dcc3b5aa765d61d8327deb882cf99'), refused('unknown_format'))
  await assert.rejects(verify('password', `$2b$16$${'a'.repeat(53)}`), refused('too_costly'))
})

test('hashes without an asynchronous call leave the event loop free [guard: hash-off-loop]', async () => {
  // 2 ^ 18 rounds of sha512, which take some half a second.
  const stored = `$S$GsaltsaltnzjDWpoQthrdNTR02f0pmev0K/5/Nx80WSkOQcPEQRh`
  await verify('warm', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0')
  let longest = 0
  let before = performance.now()
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - before)
    before = performance.now()
  }, 5)
  const started = performance.now()
  assert.equal(await verify('some password', stored), false)
  const took = performance.now() - started
  longest = Math.max(longest, performance.now() - before)
  clearInterval(timer)
  assert.ok(took > 100 && longest < took / 2, `the event loop stood still for ${longest} of ${took} ms`)
})

test('detect names the formats of samples, and counts what it does not know', async () => {
  const texts = ['$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0', `$2y$10$${'a'.repeat(53)}`, `$2y$10$${'b'.repeat(53)}`]
  const found = await detect([...texts, `$2y$31$${'a'.repeat(53)}`, '5f4dcc3b5aa765d61d8327deb882cf99'])
  assert.deepEqual(found.formats, [
    { format: 'bcrypt', count: 2 },
    { format: 'phpass', count: 1 },
  ])
  assert.equal(found.refused[0]?.code, 'too_costly')
  assert.equal(found.unknown, 1)
  assert.deepEqual(found.may_be, ['md4', 'md5', 'ntlm', 'prestashop', 'moodle'])
  assert.deepEqual(found.misfits, [])
  assert.ok(!JSON.stringify(found).includes('5f4dcc3b'))
})

test('detect finds the recipes of most samples, and which samples are something else', async () => {
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
  const samples = ['', md5('a'), md5('b'), '$2b$10$cut', 'none?', md5('c'), md5('d').slice(0, 20)]
  const { may_be, misfits, unknown, refused } = await detect(samples)
  assert.deepEqual(may_be, ['md4', 'md5', 'ntlm', 'prestashop', 'moodle'])
  assert.deepEqual([unknown, misfits], [6, [0, 4, 6]])
  const message = 'bcrypt: the text begins like a hash of bcrypt, but is cut off: it has 10 characters, not 60'
  assert.deepEqual(refused, [{ code: 'malformed', message, count: 1 }])
  assert.deepEqual((await detect(['none?', '', md5('a'), 'x'])).may_be, [])
})

test('every published hash without a form of its own is found with its password', async () => {
  for (const { name, password, stored, recipe } of vectors) {
    // Cost 12 would take seconds, and 100 rounds of PBKDF2 are not usual.
    if (recipe === undefined || /^(?:NodeBB|Discourse)/.test(name)) continue
    const pepper = 'pepper' in recipe ? { pepper: recipe.pepper } : {}
    const { recipe: found } = await detect([], {
      password,
      stored,
      ...(pepper.pepper !== undefined && { pepper: pepper.pepper }),
    })
    assert.ok(found, name)
    assert.equal(await verify(password, stored, found), true, name)
    assert.equal(await verify(`${password}x`, stored, found), false, name)
  }
})

test('detect finds rounds over printed and raw digests, with the salt again, and their charset', async () => {
  const sha512 = (text: string): string => createHash('sha512').update(text).digest('hex')
  let hash = sha512('Grüße-aus-Köln79f1c22ab')
  for (let round = 1; round < 30; round++) hash = sha512(hash)
  const known = { password: 'Grüße-aus-Köln7', stored: { hash, salt: '9f1c22ab' } }
  const { recipe } = await detect([], known)
  assert.deepEqual(recipe, { digest: 'sha512', of: ['password', 'salt'], rounds: 30, next: ['previous'], as: 'hex' })
  const latin1 = await detect([], { password: 'Grüße-aus-Köln7', stored: '9ad9cd1cee8b12de33f18ca100ba92b4' })
  assert.deepEqual(latin1.recipe, { digest: 'md5', of: ['password'], charset: 'latin1' })
  const none = await detect([], { password: 'other', stored: { hash, salt: '9f1c22ab' } })
  assert.equal(none.recipe, undefined)
})

test('a hash in the form of new ones needs none', () => {
  assert.equal(needsRehash(`$argon2id$v=19$m=65536,t=3,p=4$${'A'.repeat(22)}$${'A'.repeat(43)}`), false)
})

const nested = (digest: 'md5' | 'sha1', of: DigestInput[]) => ({ digest, of })
const hmac = (digest: 'sha256' | 'sha512', of: 'password' | 'salt', key: 'password' | 'salt'): Recipe => ({
  digest,
  of: [of],
  key: [key],
})

test('detect finds digests of digests and HMACs, which no form tells apart', async () => {
  const published: [stored: string, recipe: Recipe][] = [
    ['45b1005214e2d9472a7ad681578b2438:64268771004', nested('md5', ['salt', nested('md5', ['password', 'salt'])])],
    ['b8c385461bb9f9d733d3af832cf60b27', nested('md5', [{ ...nested('md5', ['password']), as: 'HEX' }])],
    ['bc8319c0220bff8a0d7f5d703114a725:34659348756345251', nested('md5', [nested('sha1', ['password']), 'salt'])],
    ['75d280ca9a0c2ee18729603104ead576d9ca6285:347070', nested('sha1', ['salt', 'password', 'salt'])],
    [
      '8b9472281c36c3a693703de0e0f1ffab8fc0ecdd3bc5ead04c76dd74ef431e49:70108387805',
      hmac('sha256', 'password', 'salt'),
    ],
    [
      '138c00f17a1a0363f274817c91118f019aff09f937bfdaea844280a0c0e7811267cc4735d967d8640eed1218268c1c4a76fec8f7aa551491b353829f3a654270:885142',
      hmac('sha512', 'salt', 'password'),
    ],
  ]
  for (const [stored, recipe] of published) {
    assert.deepEqual((await detect([], { password: 'hashcat', stored })).recipe, recipe, stored)
    assert.equal(await verify('hashcat', stored, recipe), true)
  }
  assert.deepEqual((await detect([], { password: 'in the clear', stored: 'in the clear' })).recipe, { format: 'plain' })
})
