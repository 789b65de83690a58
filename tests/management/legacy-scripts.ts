import type { JsonObject } from '../../src/base/json.ts'

/** Scripts of a legacy store with these users; the password of each is `right one`, and `down@legacy.example` is an outage. */
export function legacyScripts(people: JsonObject[]): JsonObject {
  const find = `const find = (name) => ${JSON.stringify(people)}.find((one) => one.email === name.toLowerCase())`
  return {
    login: `function login(email, password, callback) {
      ${find}
      const found = find(email)
      if (!found) return callback(new WrongUsernameOrPasswordError(email))
      if (password !== 'right one') return callback(new WrongUsernameOrPasswordError(found.user_id))
      return callback(null, found)
    }`,
    get_user: `function getByEmail(email, callback) {
      ${find}
      if (email === 'down@legacy.example') {
        const error = new Error('connect ECONNREFUSED'); error.code = 'ECONNREFUSED'
        return callback(error)
      }
      return callback(null, find(email) || null)
    }`,
  }
}
