import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ScriptCaller, type ScriptSandbox, startScriptSandbox } from './script-caller.ts'

const injections = [
  `' or '1'='1`,
  `'; drop table users; --`,
  `" or ""="`,
  "\\' or 1=1 #",
  '` or 1=1 -- ',
  `x') on conflict do nothing; delete from users; --`,
]

/** A legacy store with the users of a case. */
export type OpenedStore = {
  settings: Record<string, string>
  /** All that the store contains, as one text; undefined where the store is a model of a service. */
  snapshot?: () => Promise<string>
  stop(): Promise<void>
}

/** A template on a legacy store that has the users "ada" (ada@example.org) and "eve" (eve@example.org, blocked). */
export type TemplateCase = {
  title: string
  template: string
  open(): Promise<OpenedStore>
  password: string
  /** The profile of Ada. */
  profile: Record<string, unknown>
  /** Her user name, where she is found by it, too. */
  username?: string
  /** When Ada last logged in, and how many users are listed, where the store says it or has more users. */
  last_login?: string | number
  listed?: number
  /** What the store does not have: scripts by name, or blocked users. */
  without?: string[]
  /** Whether a wrong password does not name the user. */
  is_silent?: boolean
}

/** Every script of a template against a legacy store. */
export function testTemplate(each: TemplateCase): void {
  describe(each.title, () => {
    const { profile, password, without = [] } = each
    const full = { email_verified: false, ...profile }
    const user_id = String(profile['user_id'])
    const named_id = each.is_silent === true ? null : user_id
    const email = 'ada@example.org'
    let store: OpenedStore
    let sandbox: ScriptSandbox
    let scripts: ScriptCaller
    before(async () => {
      store = await each.open()
      sandbox = startScriptSandbox()
      scripts = await sandbox.connect(each.template, store.settings)
    })
    after(async () => {
      await sandbox?.close()
      await store?.stop()
    })
    const snapshot = async (): Promise<string> => (await store.snapshot?.()) ?? ''

    test('the right password and the look-up give one profile, in each spelling of the identifier', async () => {
      for (const identifier of [email, ' ADA@example.org ', ...(each.username === undefined ? [] : [each.username])]) {
        assert.deepEqual(await scripts.login(identifier, password), { profile: full }, identifier)
        assert.deepEqual(await scripts.getUser(identifier), { profile: full }, identifier)
      }
    })

    test('a wrong password names the user, an unknown identifier names none', async () => {
      const wrong = await scripts.login(email, `${password}x`)
      assert.deepEqual(
        [wrong.error?.outcome, wrong.error?.subject],
        [each.is_silent === true ? 'unknown_user' : 'wrong_password', named_id],
      )
      for (const identifier of ['nobody@example.org', 'nobody', '', 'ada@example.org\0']) {
        const unknown = await scripts.login(identifier, password)
        assert.deepEqual([unknown.error?.name, unknown.error?.subject], ['WrongUsernameOrPasswordError', null])
        assert.deepEqual(await scripts.getUser(identifier), { profile: null })
      }
    })

    if (!without.includes('blocked')) {
      test('a blocked user is reported as one, at a login after the right password only', async () => {
        assert.equal((await scripts.login('eve@example.org', password)).profile?.['blocked'], true)
        assert.equal(
          (await scripts.login('eve@example.org', `${password}x`)).error?.name,
          'WrongUsernameOrPasswordError',
        )
        assert.equal((await scripts.getUser('eve@example.org')).profile?.['blocked'], true)
      })
    }

    test('SQL in any argument that reads changes nothing', async () => {
      const stored = await snapshot()
      for (const text of injections) {
        assert.deepEqual(await scripts.getUser(text), { profile: null })
        assert.equal((await scripts.login(text, text)).error?.subject, null)
        assert.equal((await scripts.login(email, text)).error?.subject, named_id)
        const unchanged = { value: false }
        if (scripts.has('change_password'))
          assert.deepEqual(await scripts.call('change_password', text, text), unchanged)
        if (scripts.has('change_email'))
          assert.deepEqual(await scripts.call('change_email', text, text, true), unchanged)
        if (scripts.has('verify')) assert.deepEqual(await scripts.call('verify', text), unchanged)
        // Databases that compare numbers refuse a text that is none.
        if (scripts.has('delete')) await scripts.call('delete', text)
        assert.equal(await snapshot(), stored, text)
      }
    })

    if (!without.includes('create')) {
      test('a user is created once, with quotes in every field, and logs in', async () => {
        const user = { email: `o'b"r\\n@example.org`, username: `o'b"\`r`, password: `p'"; -- ä\\` }
        assert.deepEqual(await scripts.call('create', user), { value: null })
        const created = await scripts.login(user.email, user.password)
        assert.equal(created.profile?.['email'] ?? created.error?.name, user.email)
        const again = await scripts.call('create', user)
        assert.equal(again.error?.name, 'ValidationError')
        assert.equal(again.error.subject, 'user_exists')
      })
    }

    if (!without.includes('change_password')) {
      test('a changed password applies at once, and no other user changes', async () => {
        const next = `n'"; -- 密\\`
        assert.deepEqual(await scripts.call('change_password', email, next), { value: true })
        assert.deepEqual(await scripts.login(email, next), { profile: full })
        assert.equal((await scripts.login(email, password)).error?.name, 'WrongUsernameOrPasswordError')
        assert.deepEqual(await scripts.call('change_password', 'nobody@example.org', next), { value: false })
        assert.equal((await scripts.login('eve@example.org', next)).profile, undefined)
      })
    }

    if (!without.includes('change_email')) {
      test('a changed address applies at once, and cannot be that of another user', async () => {
        const next = `a'd"a@example.org`
        assert.deepEqual(await scripts.call('change_email', email, next, false), { value: true })
        assert.equal((await scripts.getUser(next)).profile?.['user_id'], user_id)
        assert.deepEqual(await scripts.getUser(email), { profile: null })
        if (scripts.has('verify')) {
          assert.deepEqual(await scripts.call('verify', next), { value: true })
          const verified = (await scripts.getUser(next)).profile
          if ('email_verified' in profile) assert.equal(verified?.['email_verified'], true)
        }
        assert.deepEqual(await scripts.call('change_email', next, String(profile['email']), true), { value: true })
        if (without.includes('blocked')) return
        const taken = await scripts.call('change_email', email, 'eve@example.org', true)
        assert.equal(taken.error?.name, 'ValidationError')
      })
    }

    if (!without.includes('list_users')) {
      test('the list contains each user once, with the profile and whether it is blocked', async () => {
        const users: Record<string, unknown>[] = []
        for (let cursor: string | null = null, pages = 0; pages === 0 || cursor !== null; pages += 1) {
          const { value, error } = await scripts.call('list_users', cursor)
          assert.equal(error, undefined)
          const page = value as { users: Record<string, unknown>[]; next: string | null }
          users.push(...page.users)
          cursor = page.next
          assert.ok(pages < 10)
        }
        assert.equal(new Set(users.map((user) => user['user_id'])).size, users.length)
        const listed = users.find((user) => user['user_id'] === user_id)
        const last_login = each.last_login === undefined ? {} : { last_login: each.last_login }
        assert.deepEqual(listed, { ...full, blocked: false, ...last_login })
        if (each.listed !== undefined) assert.equal(users.length, each.listed)
        if (!without.includes('blocked')) assert.equal(users.filter(({ blocked }) => blocked === true).length, 1)
      })
    }

    if (!without.includes('delete')) {
      test('a deleted user is unknown, and only this one', async () => {
        assert.deepEqual(await scripts.call('delete', user_id), { value: null })
        assert.deepEqual(await scripts.getUser(email), { profile: null })
        assert.equal((await scripts.getUser(`o'b"r\\n@example.org`)).error, undefined)
        assert.deepEqual(await scripts.call('delete', user_id), { value: null })
      })
    }
  })
}
