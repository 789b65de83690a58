// Hashes of other systems within the turns of all hashes, and the work that an unknown user costs.
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { hashSync } from '@node-rs/bcrypt'
import { createForeignHashes, type ForeignHash } from '../../src/passwords/foreign-hashes.ts'
import { equalBytes } from '../../src/passwords/formats/encodings.ts'
import {
  createVerify,
  formatOf,
  type Primitives,
  type Recipes,
  type Stored,
} from '../../src/passwords/formats/index.ts'
import { native_primitives } from '../../src/passwords/native-primitives.ts'
import { createPasswords } from '../../src/passwords/passwords.ts'
import { default_work, recordWork, repeatWork } from '../../src/passwords/recorded-work.ts'
import { vectors } from './vectors.ts'

const foreign = (stored: Stored, recipes?: Recipes): ForeignHash => ({ stored, recipes, normalization: undefined })
const bcrypt = foreign(hashSync('secret', 4))

/** Primitives that count their calls with the lengths of their arguments. */
function counting() {
  const calls = new Map<string, number>()
  const described = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return value.length
    if (typeof value !== 'object' || value === null) return value
    const members = Object.entries(value).map(([name, member]) => `${name} ${JSON.stringify(described(member))}`)
    return members.toSorted((left, right) => left.localeCompare(right))
  }
  const wrap =
    (name: string, own: (...given: never[]) => unknown) =>
    (...given: never[]) => {
      // The salt of crypt(3) is two characters.
      const described_args = (name === 'desCrypt' ? given.slice(0, 1) : given).map(described)
      const key = `${name} ${JSON.stringify(described_args)}`
      calls.set(key, (calls.get(key) ?? 0) + 1)
      return own(...given)
    }
  const wrapped = Object.entries(native_primitives).map(([name, own]) => [
    name,
    name === 'load' ? own : wrap(name, own as (...given: never[]) => unknown),
  ])
  return {
    primitives: Object.fromEntries(wrapped) as Primitives,
    calls: () => [...calls].toSorted(([left], [right]) => left.localeCompare(right)),
  }
}

/** The calls of a verification, and those of repeating it for a password of the same length. */
async function bothWorks(stored: Stored, recipe: Recipes | undefined, password: string) {
  const verified = counting()
  const { primitives, onAttempt, work } = recordWork(verified.primitives)
  assert.equal(await createVerify(primitives, onAttempt)(password, stored, recipe), false)
  const repeated = counting()
  await repeatWork(structuredClone(work()), password, repeated.primitives)
  return { verified: verified.calls(), repeated: repeated.calls(), work: work() }
}

const hashesIn = (calls: [string, number][]): number => calls.reduce((sum, [, times]) => sum + times, 0)

test('repeating a verification computes the same for every format [guard: repeated-work-is-the-same]', async () => {
  for (const { name, stored, recipe, password } of vectors) {
    const { verified, repeated, work } = await bothWorks(stored, recipe, `${password}?`)
    // A charset has another number of bytes, of which the first spelling's are repeated.
    if (work[0]?.normalization.charset === undefined) assert.deepEqual(repeated, verified, name)
    assert.equal(hashesIn(repeated), hashesIn(verified), name)
    const text = typeof stored === 'string' ? stored : JSON.stringify(stored)
    assert.ok(!JSON.stringify(work).includes(text.slice(-12)), `${name}: the work holds no part of the hash`)
  }
})

test('repeating a verification computes a hash for each spelling of the password', async () => {
  const { verified, repeated } = await bothWorks(bcrypt.stored, undefined, 'gue\u0301ss')
  assert.deepEqual([hashesIn(verified), hashesIn(repeated)], [2, 2])
})

test('an origin costs what its costliest verification did, bcrypt of cost 10 before [guard: cheap-hash-costs-the-same]', async () => {
  const hashes = createForeignHashes()
  const cpuOf = async (work: () => Promise<unknown>): Promise<number> => {
    const began = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(began)
    return (user + system) / 1000
  }
  assert.deepEqual(default_work[0]?.calls, [{ name: 'bcrypt', parameters: [10, 10], count: 1 }])
  await hashes.verify(foreign(hashSync('secret', 12)), 'wrong', 'costly')
  await hashes.verify(bcrypt, 'wrong', 'cheap')
  await hashes.repeat('warm', 'cheap')
  const [costly, cheap, unknown] = [
    await cpuOf(() => hashes.repeat('guess', 'costly')),
    await cpuOf(() => hashes.repeat('guess', 'cheap')),
    await cpuOf(() => hashes.repeat('guess', 'unknown')),
  ]
  assert.ok(cheap < unknown && unknown < costly, `${cheap}, ${unknown}, ${costly} ms`)
  const known = await cpuOf(() => hashes.verify(bcrypt, 'wrong', 'costly'))
  const after = await cpuOf(() => hashes.repeat('guess', 'costly'))
  for (const ms of [known, after]) assert.ok(ms > costly * 0.5 && ms < costly * 2, `${ms} and ${costly} ms`)
})

test('hashes of other systems take turns with those of other tenants [guard: foreign-hashes-in-turns]', async () => {
  const gate = createPasswords({ at_once: 1, waiting: 500 })
  const done: string[] = []
  const many = Array.from({ length: 20 }, async () => {
    await gate.verifyForeign(bcrypt, 'wrong', 'many', 'store')
    done.push('many')
  })
  await gate.hash('x', 'other')
  await gate.repeatForeign('x', 'other', 'store')
  assert.ok(done.length <= 4, `${done.length} hashes of the other tenant first`)
  await Promise.all(many)
})

test('a stolen hash is no password where older rows are plain passwords [guard: stolen-hash-no-password]', async () => {
  const verify = createVerify(native_primitives)
  const md5 = '5f4dcc3b5aa765d61d8327deb882cf99'
  const recipes: Recipes = [{ format: 'plain' }, { format: 'md5' }]
  assert.equal(await verify('password', md5, recipes), true)
  assert.equal(await verify(md5, md5, recipes), false)
  assert.equal(await verify('an old password', 'an old password', recipes), true)
  assert.equal(await verify('an old passwore', 'an old password', recipes), false)
})

test('a long user name is refused, and counts where it is digested', async () => {
  const verify = createVerify(native_primitives)
  const stored = { hash: 'ab'.repeat(20), username: 'x'.repeat(1025) }
  await assert.rejects(verify('secret', stored, { format: 'smf' }), /user name is longer than 1024/)
  const recipe: Recipes = {
    digest: 'sha1',
    of: ['username', 'password'],
    next: ['previous', 'username'],
    rounds: 400_000,
  }
  await assert.rejects(verify('secret', { ...stored, username: 'x'.repeat(1000) }, recipe), /limit of 2,000 ms/)
})

test('a hash whose rounds take longer than estimated is stopped [guard: digests-within-budget]', async () => {
  let user = 0
  const measured = mock.method(process, 'threadCpuUsage', () => ({ user: (user += 500_000), system: 0 }))
  try {
    const verify = createVerify(native_primitives)
    const stored = { hash: 'ab'.repeat(16), salt: '' }
    await assert.rejects(verify('secret', stored, { digest: 'md5', rounds: 20_000 }), /stopped after 3 s of CPU time/)
    assert.equal(await verify('secret', stored, { digest: 'md5', rounds: 1000 }), false)
  } finally {
    measured.mock.restore()
  }
})

test('a password of which nothing is left matches no hash [guard: blank-password-never-matches]', async () => {
  const verify = createVerify(native_primitives)
  const md5_of_nothing = 'd41d8cd98f00b204e9800998ecf8427e'
  for (const password of [' ', '\u3000\t']) {
    assert.equal(await verify(password, md5_of_nothing, { format: 'md5', trim: true }), false)
  }
  assert.equal(await verify('\u0100', hashSync('\0', 4), { charset: 'low-byte' }), false)
  assert.equal(await verify(' ', hashSync(' ', 4)), true)
})

test('an empty hash matches no password [guard: empty-digest-never-matches]', async () => {
  assert.equal(equalBytes(Buffer.alloc(0), Buffer.alloc(0)), false)
  const verify = createVerify(native_primitives)
  const of = (more: object) =>
    JSON.stringify({ signer: 'c2lnbmVy', mem: 1, rounds: 1, salt: '', sep: '', hash: 'aGFzaA==', ...more })
  await assert.rejects(verify('x', of({ hash: '' })), /firebase: the hash is missing/)
  await assert.rejects(verify('x', of({ signer: '' })), /firebase: the signer key is missing/)
  assert.equal(await verify('x', of({})), false)
})

test('the steps of a hash have one limit together [guard: steps-of-a-hash-together]', async () => {
  const verify = createVerify(native_primitives)
  const magento = (times: number) => `${'a'.repeat(64)}:salt${':3_32_4_268435456'.repeat(times)}`
  assert.equal(formatOf(magento(1)), 'magento')
  await assert.rejects(verify('x', magento(2)), /above the limit of 1,073,741,824 bytes/)
  await assert.rejects(verify('x', 'sha256:1000001:c2FsdHNhbHQ=:YWJjZGVmZ2hpamtsbW5vcA=='), /limit of 2,000,000 rounds/)
})

test('hashes computed at once have one budget of memory [guard: hash-memory-together]', async () => {
  const hashes = createForeignHashes()
  const stored = `$argon2id$v=19$m=262144,t=1,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`
  const mib = () => process.memoryUsage.rss() / 2 ** 20
  const before = mib()
  let peak = before
  const sampled = setInterval(() => (peak = Math.max(peak, mib())), 5)
  const all = await Promise.all([1, 2, 3].map(() => hashes.verify(foreign(stored), 'wrong', 'memory')))
  clearInterval(sampled)
  assert.deepEqual(all, [false, false, false])
  assert.ok(peak - before < 480, `${peak - before} MiB more`)
})
