// Action scripts of a legacy store whose users are in `configuration`, with every kind of answer.
import type { JsonObject } from '../../src/base/json.ts'

/** One user of the scripted legacy store. The key is the identifier in lower case. */
export type Scripted = {
  password?: string
  profile?: JsonObject
  /** What get_user returns instead of the profile; null: no such user. */
  get_user?: JsonObject | null
  /** The answer instead of a check of the password. */
  answer?:
    | 'unauthorized'
    | 'validation'
    | 'error'
    | 'throw'
    | 'string'
    | 'refused'
    | 'timeout'
    | 'never'
    | 'memory'
    | 'exit'
    | 'number'
    | 'text'
    | 'true'
    | 'list'
    | 'mixed_list'
    | 'null'
    | 'get_user_error'
}

const answers = `
  function odd(person, callback) {
    switch (person.answer) {
      case 'unauthorized': return callback(new UnauthorizedError('Your contract has ended.'))
      case 'validation': return callback(new ValidationError('password_expired', 'Your password has expired.'))
      case 'error': return callback(new Error('column "pass" does not exist'))
      case 'throw': throw new TypeError('cannot read properties of undefined')
      case 'string': return callback('went wrong')
      case 'refused': return require('net').connect(Number(configuration.CLOSED_PORT), '127.0.0.1').on('error', callback)
      case 'timeout': return callback(Object.assign(new Error('timeout of 3000ms exceeded'), { code: 'ETIMEDOUT' }))
      case 'never': return
      case 'memory': { const kept = []; for (;;) kept.push(new Uint8Array(64 * 1024 * 1024)) }
      case 'exit': process.exit(1)
      case 'number': return callback(null, 42)
      case 'text': return callback(null, 'ok')
      case 'true': return callback(null, true)
      case 'list': return callback(null, [{ user_id: 'list', email: 'list@legacy.example' }])
      case 'mixed_list': return callback(null, [{ user_id: 'mixed', email: 'mixed_list@legacy.example' }, 'ok'])
      case 'null': return callback(null, null)
    }
  }`

/** A login script. Every call leaves one line in the script log. */
export const scriptedLogin = `function login(name, password, callback) {${answers}
  console.log('login called')
  const person = JSON.parse(configuration.PEOPLE)[name.toLowerCase()]
  if (!person) return callback(new WrongUsernameOrPasswordError(null, 'no such person'))
  if (person.answer && person.answer !== 'get_user_error') return odd(person, callback)
  if (person.password !== password) return callback(new WrongUsernameOrPasswordError(person.profile.user_id || name, 'wrong password'))
  setTimeout(() => callback(null, person.profile), 30)
}`

/** The get_user script of the same legacy store. */
export const scriptedGetUser = `function getUser(name, callback) {
  console.log('get_user called')
  const person = JSON.parse(configuration.PEOPLE)[name.toLowerCase()]
  if (!person) return callback(null)
  if (person.answer === 'get_user_error') return callback(new Error('the legacy store failed'))
  callback(null, person.get_user === undefined ? person.profile : person.get_user)
}`

/** Options of an import connection to a legacy store with these users. */
export function peopleOptions(
  people: Record<string, Scripted>,
  more: JsonObject = {},
  configuration: Record<string, string> = {},
): JsonObject {
  return {
    enabledDatabaseCustomization: true,
    import_mode: true,
    customScripts: { login: scriptedLogin, get_user: scriptedGetUser },
    configuration: { PEOPLE: JSON.stringify(people), CLOSED_PORT: '1', ...configuration },
    egress: { mode: 'open', allow: ['127.0.0.1:1'] },
    ...more,
  }
}
