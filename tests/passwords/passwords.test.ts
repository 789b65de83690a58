import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash as argon2 } from '@node-rs/argon2'
import { argon2_options } from '../../src/passwords/argon2-options.ts'
import { Refusal } from '../../src/contract/refusal.ts'
import { checkPasswordLength, createPasswords, hashesAtOnce, type PasswordHash } from '../../src/passwords/passwords.ts'

const passwords = createPasswords()
const hash = (password: string): Promise<string> => argon2(password, argon2_options)
const argon2id = (hash: string): PasswordHash => ({ format: 'argon2id', hash })

test('a password is hashed by argon2id with the parameters of OWASP and a random salt', async () => {
  const [first, second] = await Promise.all([
    passwords.hash('correct horse', 't'),
    passwords.hash('correct horse', 't'),
  ])
  for (const made of [first, second]) {
    assert.equal(made.format, 'argon2id-nfc')
    assert.match(made.hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    assert.equal(await passwords.verify(made, 'correct horse', 't'), true)
    assert.equal(await passwords.verify(made, 'correct horsf', 't'), false)
  }
  assert.notEqual(first.hash, second.hash)
})

test('a password typed with composed and with combining letters is one password [guard: passwords-in-nfc]', async () => {
  const same: [string, string][] = [
    ['caf\u00e9', 'cafe\u0301'],
    ['\u212b', '\u00c5'], // Ångström sign and Å
    ['\u1112\u1161\u11ab', '\ud55c'], // Hangul
    ['q\u0323\u0307', 'q\u0307\u0323'], // marks in another order
    ['\u0958', '\u0915\u093c'], // form C takes it apart
  ]
  for (const [one, other] of same) {
    assert.equal(await passwords.verify(await passwords.hash(one, 't'), other, 't'), true, JSON.stringify(other))
    assert.equal(await passwords.verify(await passwords.hash(other, 't'), one, 't'), true, JSON.stringify(one))
  }
})

test('a hash from before form C verifies what was typed, then form C', async () => {
  const as_typed = async (password: string): Promise<PasswordHash> => argon2id(await hash(password))
  const [composed, combining] = ['caf\u00e9', 'cafe\u0301']
  assert.equal(await passwords.verify(await as_typed(combining), combining, 't'), true)
  assert.equal(await passwords.verify(await as_typed(composed), composed, 't'), true)
  assert.equal(await passwords.verify(await as_typed(composed), combining, 't'), true)
  assert.equal(await passwords.verify(await as_typed(combining), composed, 't'), false)
})

test('the length is checked before a password is normalized [guard: length-before-normalization]', async () => {
  const long = `a${'\u0323\u0307'.repeat(2000)}`
  for (const work of [
    passwords.hash(long, 't'),
    passwords.verify(argon2id('x'), long, 't'),
    passwords.verifyDummy(long, 't'),
  ]) {
    await assert.rejects(work, (error) => error instanceof Refusal && error.code === 'password_too_long')
  }
})

test('a password is compared byte by byte, but for the composition of letters', async () => {
  const alike: [string, string][] = [
    ['🛶🏿', '🛶'],
    ['a\u00a0b', 'a b'],
    ['ﬁsh', 'fish'],
    [' password', 'password'],
    ['password ', 'password'],
    ['password\0', 'password'],
    ['pass\0word', 'pass\0work'],
    ['Password', 'password'],
    ['a\u200bb', 'ab'],
    ['тест', 'тест\n'],
    [' ', '  '],
    ['x'.repeat(1024), 'x'.repeat(1023)],
    [`${'x'.repeat(1023)}y`, `${'x'.repeat(1023)}z`],
    ['x'.repeat(73), 'x'.repeat(72)],
  ]
  for (const [typed, other] of alike) {
    const made = await passwords.hash(typed, 't')
    assert.equal(await passwords.verify(made, typed, 't'), true, JSON.stringify(typed.slice(0, 20)))
    assert.equal(
      await passwords.verify(made, other, 't'),
      false,
      `${JSON.stringify(typed.slice(0, 20))} is not the other`,
    )
  }
})

test('1 to 1,024 bytes of UTF-8 are accepted, 1,025 are refused', () => {
  for (const good of ['x', 'é', '🛶', 'x'.repeat(1024), 'é'.repeat(512), '🛶'.repeat(256)]) checkPasswordLength(good)
  for (const long of ['x'.repeat(1025), `${'é'.repeat(512)}x`, '🛶'.repeat(257), 'x'.repeat(1_000_000)]) {
    assert.throws(
      () => checkPasswordLength(long),
      (error) => error instanceof Refusal && error.code === 'password_too_long' && error.problem.status === 400,
    )
  }
})

test('hashes of other programs with other parameters verify too, and an invalid hash fails', async () => {
  // From the reference program of RFC 9106: argon2 "somesalt" -id -t 2 -m 16 -p 1, password "password".
  const foreign = argon2id('$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc')
  assert.equal(await passwords.verify(foreign, 'password', 't'), true)
  assert.equal(await passwords.verify(foreign, 'passwore', 't'), false)
  await assert.rejects(passwords.verify(argon2id('not a hash'), 'password', 't'))
})

test('at most the set number of hashes is computed concurrently, the rest is served in order', async () => {
  const narrow = createPasswords({ at_once: 1, waiting: 100 })
  const order: number[] = []
  await Promise.all(
    Array.from({ length: 8 }, async (_, index) => order.push(await narrow.hash('x', 't').then(() => index))),
  )
  assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7])
})

test('refused requests are answered after a pause, at most 1,000 of them at once [guard: refusal-pause]', async () => {
  const gate = createPasswords({ at_once: 1, waiting: 0 })
  const began = performance.now()
  let answered = 0
  const refused = Array.from({ length: 1100 }, () => gate.reserve('t').catch(() => (answered += 1)))
  // All answers that wait for no timer.
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve()
  assert.equal(answered, 100)
  await Promise.all(refused)
  assert.equal(answered, 1100)
  const waited_ms = performance.now() - began
  assert.ok(waited_ms > 200 && waited_ms < 5000, `the last one waited ${waited_ms} ms`)
})

test('requests beyond the queue limit are refused as overloaded, queued ones are served', async () => {
  const gate = createPasswords({ at_once: 1, waiting: 3 })
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => gate.hash('x', 't')))
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    [...Array.from({ length: 4 }, () => 'fulfilled'), ...Array.from({ length: 6 }, () => 'rejected')],
  )
  for (const outcome of outcomes.slice(4)) {
    const reason: unknown = outcome.status === 'rejected' ? outcome.reason : undefined
    assert.ok(reason instanceof Refusal && reason.code === 'overloaded')
    assert.equal(reason.problem.status, 503)
    assert.ok((reason.details.retry_after_s ?? 0) > 0)
  }
  assert.equal(await gate.verify(await gate.hash('y', 't'), 'y', 't'), true, 'the gate is open again')
  const refused = await Promise.allSettled(Array.from({ length: 10 }, () => gate.verifyDummy('x', 't')))
  assert.equal(
    refused.filter(({ status }) => status === 'rejected').length,
    6,
    'dummy verifications wait in the same queue',
  )
})

test('tenants take turns: the hashes of one delay those of another by one turn [guard: hashes-in-turns]', async () => {
  const gate = createPasswords({ at_once: 1, waiting: 500 })
  const done: string[] = []
  const of = (tenant_id: string) => gate.hash('x', tenant_id).then(() => done.push(tenant_id))
  const many = Array.from({ length: 20 }, () => of('many'))
  await Promise.all([of('other'), of('other')])
  assert.ok(done.filter((tenant_id) => tenant_id === 'many').length <= 4, done.join())
  await Promise.all(many)
})

test('a tenant leaves a slot free while another one logs in [guard: hash-slot-kept]', async () => {
  const gate = createPasswords({ at_once: 2, waiting: 500 }, { ...argon2_options, memoryCost: 8, timeCost: 1 })
  const stored = { hash: 'ab'.repeat(64), salt: 'salt' }
  const costly = { stored, recipes: { pbkdf2: 'sha512', rounds: 200_000 }, normalization: undefined } as const
  for (const tenant_id of ['many', 'many', 'many', 'quiet']) await gate.hash('x', tenant_id)
  const done: string[] = []
  await Promise.all([
    gate.verifyForeign(costly, 'wrong', 'many', 'store').then(() => done.push('costly')),
    gate.hash('x', 'many').then(() => done.push('many')),
    gate.hash('x', 'quiet').then(() => done.push('quiet')),
  ])
  // The second hash of the busy tenant waits for its first one, however long that takes.
  assert.deepEqual(done, ['quiet', 'costly', 'many'])
})

test('a tenant whose queue is full is refused, another one is not [guard: hashes-in-turns]', async () => {
  const gate = createPasswords({ at_once: 1, waiting: 3 })
  const outcomes = Promise.allSettled(Array.from({ length: 10 }, () => gate.hash('x', 'many')))
  const release = await gate.reserve('other')
  await gate.hash('x', 'other')
  release()
  assert.equal((await outcomes).filter(({ status }) => status === 'rejected').length, 6)
})

test('a failed hash frees its slot', async () => {
  const gate = createPasswords({ at_once: 1, waiting: 10 })
  await assert.rejects(gate.verify(argon2id('broken'), 'x', 't'))
  assert.equal(await gate.verify(await gate.hash('x', 't'), 'x', 't'), true)
})

test('as many hashes run concurrently as there are cores, but one thread is left for files and DNS', () => {
  assert.equal(process.env['UV_THREADPOOL_SIZE'], undefined)
  assert.deepEqual(
    [1, 2, 3, 4, 64].map((cores) => hashesAtOnce(cores)),
    [1, 2, 3, 3, 3],
  )
})

test('a hash whose turn does not come is refused after 3 s, not at its turn [guard: hash-refused-in-time]', async () => {
  const gate = createPasswords({ at_once: 1, waiting: 500 })
  // More than a second each, of which the estimate knows nothing.
  const stored = { hash: 'ab'.repeat(64), salt: 'salt' }
  const foreign = { stored, recipes: { pbkdf2: 'sha512', rounds: 2_000_000 }, normalization: undefined } as const
  let computed = 0
  const costly = ['a', 'b', 'c', 'd', 'e'].map((tenant_id) =>
    gate.verifyForeign(foreign, 'wrong', tenant_id, 'store').then(
      () => (computed += 1),
      () => undefined,
    ),
  )
  const began = performance.now()
  await assert.rejects(gate.hash('x', 'other'), (error) => error instanceof Refusal && error.code === 'overloaded')
  const waited_ms = performance.now() - began
  assert.ok(waited_ms > 2900, `refused after ${waited_ms} ms`)
  assert.ok(computed < costly.length, 'it was refused before its turn')
  await Promise.all(costly)
})
