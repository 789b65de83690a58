import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSealer, SealBroken } from '../../src/keys/sealer.ts'

const key = 'a sealing key for tests, long enough'
const sealer = createSealer(key)
const broken = (error: unknown): boolean => error instanceof SealBroken

test('a sealed text opens to the same text: empty, long, emoji, NUL', () => {
  for (const text of ['', 'x', 'secret', 'ü🛶\0\n"', 'x'.repeat(100_000)]) {
    assert.equal(sealer.open(sealer.seal(text, 'place'), 'place'), text)
    assert.equal(createSealer(key).open(sealer.seal(text, 'place'), 'place'), text, 'also after a restart')
  }
})

test('sealed bytes open to the same bytes, with the same aad only', () => {
  const bytes = Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 256))
  for (const each of [bytes, Buffer.alloc(0), Buffer.from([0xff, 0xfe, 0])]) {
    const sealed = sealer.sealBytes(each, 'a file')
    assert.match(sealed, /^2\.0\$[A-Za-z0-9_-]+$/)
    assert.ok(sealer.openBytes(sealed, 'a file').equals(each))
    assert.throws(() => sealer.openBytes(sealed, 'another file'), broken)
    assert.throws(() => sealer.openBytes(sealed.slice(0, -2), 'a file'), broken)
  }
})

test('two seals of the same text differ and do not contain it', () => {
  const seals = new Set(Array.from({ length: 200 }, () => sealer.seal('the secret', 'place')))
  assert.equal(seals.size, 200)
  for (const sealed of seals) {
    assert.match(sealed, /^2\.0\$[A-Za-z0-9_-]+$/)
    assert.ok(!Buffer.from(sealed.slice(4), 'base64url').includes('secret'))
  }
})

test('it does not open with another aad, so that a row copied over another is invalid', () => {
  const sealed = sealer.seal('secret', 'client/ten_a/one/secret')
  for (const place of ['client/ten_b/one/secret', 'client/ten_a/two/secret', '', 'client/ten_a/one/secret ']) {
    assert.throws(() => sealer.open(sealed, place), broken)
  }
})

test('it does not open with another key', () => {
  const sealed = sealer.seal('secret', 'place')
  for (const other of [`${key}x`, key.toUpperCase(), ` ${key}`]) {
    assert.throws(() => createSealer(other).open(sealed, 'place'), broken)
  }
})

test('one altered bit invalidates the seal, and so does truncation', () => {
  const bytes = Buffer.from(sealer.seal('secret', 'place').slice(4), 'base64url')
  for (let at = 0; at < bytes.length * 8; at += 1) {
    const altered = Buffer.from(bytes)
    altered[at >> 3] = (altered[at >> 3] ?? 0) ^ (1 << (at & 7))
    assert.throws(() => sealer.open(`2.0$${altered.toString('base64url')}`, 'place'), broken, `bit ${at}`)
  }
  for (let length = 0; length < bytes.length; length += 1) {
    assert.throws(() => sealer.open(`2.0$${bytes.subarray(0, length).toString('base64url')}`, 'place'), broken)
  }
})

test('a text that was not sealed does not open', () => {
  for (const text of ['', 'secret', '2.0$', '1.0$AAAA', '2.0$!!!!', 'x'.repeat(1000)]) {
    assert.throws(() => sealer.open(text, 'place'), broken)
  }
})

test('the error contains neither text, key nor aad', () => {
  assert.throws(
    () => sealer.open(`${sealer.seal('the secret', 'the place')}x`, 'another place'),
    (error) => error instanceof Error && !/secret|place|long enough/.test(`${error.message} ${String(error.cause)}`),
  )
})

test('fingerprints are equal for equal texts with one aad, and differ across aads, keys and shifted boundaries', () => {
  const print = sealer.fingerprint('ana@example.com', 'ten_a/con_a/email')
  assert.equal(createSealer(key).fingerprint('ana@example.com', 'ten_a/con_a/email'), print)
  assert.match(print, /^[A-Za-z0-9_-]{22}$/)
  const others = [
    sealer.fingerprint('anb@example.com', 'ten_a/con_a/email'),
    sealer.fingerprint('ana@example.com', 'ten_a/con_b/email'),
    sealer.fingerprint('email', 'ten_a/con_a/ana@example.com'),
    createSealer(`${key}x`).fingerprint('ana@example.com', 'ten_a/con_a/email'),
  ]
  assert.equal(new Set([print, ...others]).size, 5)
  assert.notEqual(sealer.fingerprint('b","c', 'a'), sealer.fingerprint('c', 'a","b'))
})

test('a derived sealer opens its own seals, after a restart too, and none of another use', () => {
  const sealed = sealer.deriveSealer('tokens').seal('secret', 'place')
  assert.equal(createSealer(key).deriveSealer('tokens').open(sealed, 'place'), 'secret')
  for (const other of [
    sealer,
    sealer.deriveSealer('other'),
    sealer.deriveSealer(''),
    createSealer(`${key}x`).deriveSealer('tokens'),
  ]) {
    assert.throws(() => other.open(sealed, 'place'), broken)
  }
  assert.throws(() => sealer.deriveSealer('tokens').open(sealer.seal('secret', 'place'), 'place'), broken)
})
