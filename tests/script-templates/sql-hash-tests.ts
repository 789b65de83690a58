import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { hashSync } from 'bcryptjs'
import { hash_cases } from './hash-cases.ts'
import { bcrypt_of_password, type SqlFixture, type SqlStore } from './sql-fixture.ts'

/** Which stored passwords are verified. */
export function testHashes(store: SqlStore, fixture: SqlFixture): void {
  for (const [index, hash_case] of hash_cases.entries()) {
    test(`${store.name}: ${hash_case.name} verifies the right password and no other`, async () => {
      const email = `hash${index}@example.org`
      await fixture.insert('users', {
        id: 100 + index,
        email,
        password_hash: hash_case.stored,
        salt: hash_case.salt ?? null,
      })
      const scripts = await fixture.caller(hash_case.settings)
      assert.equal((await scripts.login(email, hash_case.password)).profile?.['user_id'], String(100 + index))
      const wrong = await scripts.login(email, `${hash_case.password}x`)
      assert.equal(wrong.error?.name, 'WrongUsernameOrPasswordError')
      assert.equal(wrong.error.subject, String(100 + index))
      assert.equal((await scripts.login('nobody@example.org', hash_case.password)).error?.subject, null)
    })
  }

  test(`${store.name}: hashes and salts in binary columns are read as bytes`, async () => {
    await fixture.server()
      .query(`create table raw_users (id integer, email varchar(100), password_hash ${store.binary_type},
      salt ${store.binary_type})`)
    const scripts = await fixture.caller({ TABLE: 'raw_users', PASSWORD_HASH: 'sha1', SALT_COLUMN: 'salt' })
    const salt = Buffer.from([0, 255, 33, 42, 128])
    // The first byte is an exclamation mark now and then, which must not be read as "no password".
    for (let id = 1; id <= 300; id += 1) {
      const password_hash = createHash('sha1').update(salt).update(`secret${id}`).digest()
      if (id > 5 && password_hash[0] !== 33 && password_hash[0] !== 42) continue
      await fixture.insert('raw_users', { id, email: `raw${id}@example.org`, password_hash, salt })
      const { profile } = await scripts.login(`raw${id}@example.org`, `secret${id}`)
      assert.equal(profile?.['user_id'], String(id))
    }
  })

  test(`${store.name}: users without a usable password get wrong password, unreadable hashes are errors`, async () => {
    const unusable = [null, '', '!', '*LK*']
    for (const [index, password_hash] of unusable.entries()) {
      const email = `unusable${index}@example.org`
      await fixture.insert('users', { id: 200 + index, email, password_hash })
      for (const PASSWORD_HASH of ['bcrypt', 'md5', 'pbkdf2']) {
        const scripts = await fixture.caller({ PASSWORD_HASH, HASH_ITERATIONS: '1000' })
        assert.equal((await scripts.login(email, password_hash ?? '')).error?.subject, String(200 + index))
      }
    }
    await fixture.insert('users', { id: 210, email: 'odd@example.org', password_hash: 'cafe'.repeat(5) })
    for (const PASSWORD_HASH of ['bcrypt', 'sha256']) {
      const { error } = await (await fixture.caller({ PASSWORD_HASH })).login('odd@example.org', 'x')
      assert.equal(error?.outcome, 'script_error')
      assert.doesNotMatch(error.message, /cafe/)
    }
  })

  test(`${store.name}: bcrypt truncates passwords of 1,024 bytes like every bcrypt`, async () => {
    const password = '\u{1F6A3} '.repeat(205).slice(0, -1)
    assert.equal(Buffer.byteLength(password), 1024)
    const email = 'long@example.org'
    await fixture.insert('users', { id: 400, email, password_hash: hashSync(password, 4) })
    const scripts = await fixture.caller()
    assert.equal((await scripts.login(email, password)).profile?.['user_id'], '400')
    assert.equal((await scripts.login(email, ` ${password}`)).error?.outcome, 'wrong_password')
  })

  test(`${store.name}: a password is verified and changed as the legacy application read it`, async () => {
    const email = 'habits@example.org'
    const habits = { PASSWORD_TRIM: 'yes', PASSWORD_CASE: 'ignore', PASSWORD_MAX_BYTES: '8' }
    for (const [index, PASSWORD_HASH] of ['bcrypt', 'sha1', 'argon2id', 'pbkdf2'].entries()) {
      const id = 410 + index
      await fixture.insert('users', { id, email: `${id}${email}`, password_hash: hashSync('secret-p', 4) })
      const scripts = await fixture.caller({ PASSWORD_HASH, HASH_ITERATIONS: '1000', ...habits })
      const accepts = async (typed: string): Promise<boolean> =>
        (await scripts.login(`${id}${email}`, typed)).profile !== undefined
      assert.deepEqual([await accepts(' Secret-Paper '), await accepts('secret-q')], [true, false])
      assert.deepEqual(await scripts.call('change_password', `${id}${email}`, ' Other-Password'), { value: true })
      assert.deepEqual([await accepts('other-pass'), await accepts('other-qass')], [true, false], PASSWORD_HASH)
    }
  })

  test(`${store.name}: a minority of MD5 is verified while new hashes are bcrypt`, async () => {
    const password_hash = createHash('md5').update('secret').digest('hex')
    const email = 'minority@example.org'
    await fixture.insert('users', { id: 420, email, password_hash })
    const scripts = await fixture.caller({ PASSWORD_HASH: 'md5', NEW_PASSWORD_HASH: 'bcrypt', BCRYPT_COST: '4' })
    assert.equal((await scripts.login(email, 'secret')).profile?.['user_id'], '420')
    assert.deepEqual(await scripts.call('change_password', email, 'other-secret'), { value: true })
    assert.equal((await scripts.login(email, 'other-secret')).profile?.['user_id'], '420')
    // A caller for other hashes without a name verifies it too: it names its form.
    const others = await fixture.caller({ PASSWORD_HASH: 'sha1' })
    assert.equal((await others.login(email, 'other-secret')).profile?.['user_id'], '420')
  })

  test(`${store.name}: an unknown user takes the same work as a wrong password`, async () => {
    await fixture.insert('users', { id: 401, email: 'timed@example.org', password_hash: bcrypt_of_password })
    const scripts = await fixture.caller()
    const fastest = async (email: string): Promise<number> => {
      const times: number[] = []
      for (let round = 0; round < 4; round += 1) {
        const started = performance.now()
        await scripts.login(email, 'wrong')
        times.push(performance.now() - started)
      }
      return Math.min(...times)
    }
    const known = await fastest('timed@example.org')
    const unknown = await fastest('nobody@example.org')
    assert.ok(unknown > known * 0.5, `${unknown} ms instead of ${known} ms`)
  })
}
