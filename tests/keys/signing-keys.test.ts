import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { calculateJwkThumbprint, createLocalJWKSet, jwtVerify, SignJWT } from 'jose'
import { Kysely, type Dialect } from 'kysely'
import { createSealer, SealBroken } from '../../src/keys/sealer.ts'
import { ensureSigningKey } from '../../src/keys/signing-key-states.ts'
import { createSigningKeys, type SigningKeys } from '../../src/keys/signing-keys.ts'
import { withChangeReports } from '../../src/store/table-changes.ts'
import { openStoreOn } from '../../src/store/open-store.ts'
import { cache_ttl_ms } from '../../src/store/read-cache.ts'
import { sqliteDialect } from '../../src/store/sqlite.ts'
import type { Database, Db } from '../../src/store/tables.ts'

const tenant_id = 'ten_1'
const sealer = createSealer('a sealing key for tests, at least 32 characters')

let dialect: Dialect
let db: Db
let now: number
const clock = { now: () => now }

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1)
  dialect = sqliteDialect(':memory:')
  db = await openStoreOn(dialect)
  await db
    .insertInto('tenants')
    .values({
      tenant_id,
      name: 'one',
      domain: 'one.test',
      plan: 'enterprise',
      is_default: 1,
      settings: '{}',
      created_at: now,
      updated_at: now,
    })
    .execute()
})

afterEach(() => db.destroy())

// A store of its own on the same database: like another process, it hears of no change that this one commits.
const newProcess = (): SigningKeys =>
  createSigningKeys({ db: withChangeReports(new Kysely<Database>({ dialect })), sealer, clock })

async function states(): Promise<Record<string, number>> {
  const rows = await db.selectFrom('signing_keys').select('state').where('tenant_id', '=', tenant_id).execute()
  const counted: Record<string, number> = {}
  for (const { state } of rows) counted[state] = (counted[state] ?? 0) + 1
  return counted
}

async function sign(keys: SigningKeys): Promise<{ token: string; kid: string }> {
  const { kid, alg, private_key } = await keys.current(tenant_id)
  const token = await new SignJWT({ sub: 'ada' }).setProtectedHeader({ alg, kid }).sign(private_key)
  return { token, kid }
}

async function verifies(keys: SigningKeys, token: string): Promise<boolean> {
  try {
    await jwtVerify(token, createLocalJWKSet(await keys.jwks(tenant_id)), { algorithms: ['RS256'] })
    return true
  } catch {
    return false
  }
}

describe('the first keys of a tenant', () => {
  it('are a current and a next key, for any number of concurrent starts', async () => {
    await Promise.all(Array.from({ length: 5 }, () => ensureSigningKey(db, sealer, clock, tenant_id)))
    assert.deepEqual(await states(), { current: 1, next: 1 })
  })

  it('are created when they are first needed', async () => {
    const { kid } = await newProcess().current(tenant_id)
    assert.match(kid, /^[A-Za-z0-9]{21}$/)
    assert.deepEqual(await states(), { current: 1, next: 1 })
  })

  it('are refused for a tenant that is not stored', async () => {
    await assert.rejects(ensureSigningKey(db, sealer, clock, 'ten_unknown'), /not stored: ten_unknown/)
  })

  it('are published with a certificate of the key, which verifies by it', async () => {
    const [key] = (await newProcess().jwks(tenant_id)).keys
    assert.ok(key)
    assert.deepEqual([key.kty, key.use, key.alg], ['RSA', 'sig', 'RS256'])
    const certificate = new X509Certificate(Buffer.from(key.x5c[0] ?? '', 'base64'))
    assert.equal(certificate.verify(certificate.publicKey), true)
    assert.equal(certificate.subject, `CN=${key.kid}`)
    assert.equal(new Date(certificate.validFrom).getTime(), now)
    assert.ok(new Date(certificate.validTo).getUTCFullYear() === 2045)
    assert.equal(Buffer.from(certificate.fingerprint.replaceAll(':', ''), 'hex').toString('base64url'), key.x5t)
    assert.equal(
      await calculateJwkThumbprint(
        certificate.publicKey.export({ format: 'jwk' }) as { kty: 'RSA'; n: string; e: string },
      ),
      await calculateJwkThumbprint({ kty: 'RSA', n: key.n, e: key.e }),
    )
    assert.equal(Buffer.from(key.n, 'base64url').length * 8, 2048)
  })

  it('are published without private keys', async () => {
    const text = JSON.stringify(await newProcess().jwks(tenant_id))
    assert.doesNotMatch(text, /"(d|p|q|dp|dq|qi)":/)
  })

  it('are sealed: another sealing key does not open them', async () => {
    await ensureSigningKey(db, sealer, clock, tenant_id)
    const with_other_key = createSigningKeys({
      db,
      sealer: createSealer('another sealing key of at least 32 chars'),
      clock,
    })
    await assert.rejects(with_other_key.current(tenant_id), SealBroken)
    const rows = await db.selectFrom('signing_keys').select('private_sealed').execute()
    assert.ok(rows.every((row) => row.private_sealed.startsWith('2.0$')))
  })
})

describe('a rotation', () => {
  it('signs with the next key, and earlier tokens still verify', async () => {
    const keys = newProcess()
    const before = await sign(keys)
    const ahead = (await keys.jwks(tenant_id)).keys.map((key) => key.kid).filter((kid) => kid !== before.kid)
    const rotated = await keys.rotate(tenant_id)
    const after = await sign(keys)
    assert.deepEqual([rotated], ahead)
    assert.equal(after.kid, rotated)
    assert.equal(await verifies(keys, before.token), true)
    assert.equal(await verifies(keys, after.token), true)
    assert.deepEqual(await states(), { previous: 1, current: 1, next: 1 })
  })

  it('takes one step for concurrent requests, and always leaves a current key', async () => {
    await ensureSigningKey(db, sealer, clock, tenant_id)
    const kids = await Promise.all(Array.from({ length: 6 }, () => newProcess().rotate(tenant_id)))
    const { current, next } = await states()
    assert.deepEqual({ current, next }, { current: 1, next: 1 })
    assert.equal(new Set(kids).size, (await states()).previous)
    assert.ok(kids.includes((await newProcess().current(tenant_id)).kid))
  })

  it('applies to other processes within seconds, and their tokens verify meanwhile', async () => {
    await ensureSigningKey(db, sealer, clock, tenant_id)
    const here = newProcess()
    const there = newProcess()
    const old = await sign(there)
    const rotated = await here.rotate(tenant_id)
    const before_it = await sign(there)
    assert.equal(before_it.kid, old.kid)
    assert.equal(await verifies(here, before_it.token), true)
    now += cache_ttl_ms
    assert.equal((await sign(there)).kid, rotated)
  })

  it('applies at once to a process that gets a token with an unknown kid', async () => {
    const there = newProcess()
    await there.jwks(tenant_id)
    const here = newProcess()
    await here.rotate(tenant_id)
    now += 1000
    const ahead = (await here.jwks(tenant_id)).keys.map((key) => key.kid)
    for (const kid of ahead) assert.ok(await there.verificationKey(tenant_id, kid))
  })

  it('removes a key 31 days after its last signature', async () => {
    const keys = newProcess()
    const old = await sign(keys)
    await keys.rotate(tenant_id)
    now += 30 * 24 * 3600 * 1000
    assert.equal(await verifies(keys, old.token), true)
    now += 2 * 24 * 3600 * 1000
    assert.equal(await verifies(keys, old.token), false)
    assert.equal(await keys.verificationKey(tenant_id, old.kid), undefined)
  })
})

describe('an unknown kid', () => {
  it('causes at most one query a second, so that foreign tokens cannot load the store', async () => {
    await ensureSigningKey(db, sealer, clock, tenant_id)
    const keys = newProcess()
    await keys.jwks(tenant_id)
    await db.deleteFrom('signing_keys').execute()
    for (let index = 0; index < 50; index += 1) {
      assert.equal(await keys.verificationKey(tenant_id, `unknown-${index}`), undefined)
    }
    // A read of the store would have found the empty table and created new keys.
    assert.deepEqual(await states(), {})
  })

  it('of another tenant does not verify', async () => {
    const keys = newProcess()
    const { kid } = await sign(keys)
    await db
      .insertInto('tenants')
      .values({
        tenant_id: 'ten_2',
        name: 'two',
        domain: 'two.test',
        plan: 'enterprise',
        is_default: 0,
        settings: '{}',
        created_at: now,
        updated_at: now,
      })
      .execute()
    assert.equal(await keys.verificationKey('ten_2', kid), undefined)
  })
})

describe('a revoked key', () => {
  it('is no longer published, does not verify, and another signs at once', async () => {
    const keys = newProcess()
    const stolen = await sign(keys)
    assert.equal(await keys.revoke(tenant_id, stolen.kid), true)
    assert.equal(await verifies(keys, stolen.token), false)
    assert.equal(await keys.verificationKey(tenant_id, stolen.kid), undefined)
    assert.notEqual((await sign(keys)).kid, stolen.kid)
    assert.deepEqual(await states(), { revoked: 1, current: 1, next: 1 })
  })

  it('that was next is replaced', async () => {
    const keys = newProcess()
    const { kid } = await sign(keys)
    const ahead = (await keys.jwks(tenant_id)).keys.find((key) => key.kid !== kid)
    assert.ok(ahead)
    await keys.revoke(tenant_id, ahead.kid)
    assert.equal((await sign(keys)).kid, kid)
    assert.deepEqual(await states(), { revoked: 1, current: 1, next: 1 })
  })

  it('cannot be revoked twice, and an unknown one not at all', async () => {
    const keys = newProcess()
    const { kid } = await sign(keys)
    await keys.revoke(tenant_id, kid)
    assert.equal(await keys.revoke(tenant_id, kid), false)
    assert.equal(await keys.revoke(tenant_id, 'unknown'), false)
    assert.deepEqual(await states(), { revoked: 1, current: 1, next: 1 })
  })

  for (const { when, passes_ms } of [
    { when: 'at once', passes_ms: 0 },
    { when: 'an hour later, when the clock shows again the time of the last use', passes_ms: 3_600_000 },
  ]) {
    it(`[guard: age-of-cached-keys] is not used by another process whose clock was set back an hour, ${when}`, async (t) => {
      await ensureSigningKey(db, sealer, clock, tenant_id)
      const [keys, other] = [newProcess(), newProcess()]
      const stolen = await sign(other)
      await keys.revoke(tenant_id, stolen.kid)
      const monotonic_now = performance.now()
      t.mock.method(performance, 'now', () => monotonic_now + passes_ms)
      now += passes_ms - 3_600_000
      assert.notEqual((await sign(other)).kid, stolen.kid)
      assert.equal(await verifies(other, stolen.token), false)
      assert.equal(await other.verificationKey(tenant_id, stolen.kid), undefined)
    })
  }
})
