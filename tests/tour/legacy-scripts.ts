// The legacy store of the tour: its action scripts, with one case per name before the @.
import type { JsonObject } from './json.ts'

const users = `
  const users = {
    ada: { user_id: 'ada', email: 'ada@legacy.example', email_verified: true, name: 'Ada Lovelace', given_name: 'Ada',
      family_name: 'Lovelace', nickname: 'ada', picture: 'https://pictures.example/ada.png', locale: 'en-GB',
      user_metadata: { colour: 'green' }, app_metadata: { plan: 'gold', roles: ['editor'] } },
    bob: { user_id: 'bob', email: 'bob@legacy.example', email_verified: false, username: 'bobby' },
    cleo: { user_id: 17, email: 'cleo@legacy.example', email_verified: true },
    dora: { user_id: 'dora', email: 'dora@legacy.example', email_verified: true },
    no_id: { email: 'no_id@legacy.example' },
    bad_email: { user_id: 'bad_email', email: 'not an address' },
    twin: { user_id: 'twin', email: 'ada@legacy.example' },
    blocked: { user_id: 'blocked', email: 'blocked@legacy.example', blocked: true },
  }`

const login = `function login(identifier, password, callback) {${users}
  const name = identifier.toLowerCase().split('@')[0]
  console.log('login was called')
  switch (name) {
    case 'denied': return callback(new UnauthorizedError('Your contract has ended.'))
    case 'expired': return callback(new ValidationError('password_expired', 'Your password has expired.'))
    case 'broken': return callback(new Error('column "pass" does not exist'))
    case 'throws': throw new TypeError('cannot read properties of undefined')
    case 'number': return callback(null, 42)
    case 'exits': process.exit(1)
    case 'refused': return require('net').connect(1, '127.0.0.1').on('error', callback)
    case 'late': return callback(Object.assign(new Error('timeout of 3000ms exceeded'), { code: 'ETIMEDOUT' }))
    case 'never': return
    case 'memory': { const kept = []; for (;;) kept.push(new Uint8Array(64 * 1024 * 1024)) }
    case 'crowd': {
      // The first call takes long enough for others to queue behind it.
      const wrong = () => callback(new WrongUsernameOrPasswordError('crowd', 'wrong password'))
      if (globalThis.was_called) return wrong()
      globalThis.was_called = true
      return setTimeout(wrong, 3000)
    }
  }
  const user = users[name]
  if (!user) return callback(new WrongUsernameOrPasswordError(null, 'no such user'))
  if (password !== configuration.PASSWORD) return callback(new WrongUsernameOrPasswordError(user.user_id || name, 'wrong password'))
  callback(null, user)
}`

const get_user = `function getByEmail(identifier, callback) {${users}
  const name = identifier.toLowerCase().split('@')[0]
  console.log('get_user was called')
  if (name === 'refused') return require('net').connect(1, '127.0.0.1').on('error', callback)
  if (name === 'broken') return callback(new Error('column "mail" does not exist'))
  callback(null, users[name] || null)
}`

/** The scripts' sources, which recordings name instead of repeating them. */
export const legacyScripts = { login, get_user }

/** The password of every legacy user. */
export const legacy_password = 'a legacy password'

/** Options of a connection to the legacy store, in import mode unless `more` says otherwise. */
export function legacyOptions(more: JsonObject = {}): JsonObject {
  return {
    enabledDatabaseCustomization: true,
    import_mode: true,
    customScripts: { ...legacyScripts },
    configuration: { PASSWORD: legacy_password },
    egress: { mode: 'open', allow: ['127.0.0.1:1'] },
    ...more,
  }
}
