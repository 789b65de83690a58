// Values as legacy stores keep them, and the user that an identifier names.
'use strict'

const { Buffer } = require('node:buffer')

/** The first value of an attribute of a directory; one without a value is an empty list. */
const first = (value) => (Array.isArray(value) ? value[0] : value)

/** The text of a value, of a list of its first one, without surrounding white space; columns of bytes are read as UTF-8. */
function textOf(value) {
  const one = first(value)
  return Buffer.isBuffer(one) ? one.toString('utf8') : String(one ?? '').trim()
}

/** The text of an id; bytes are written in hex. */
function idOf(value) {
  return Buffer.isBuffer(value) ? value.toString('hex') : textOf(value)
}

// Microsoft stores the first three parts of a GUID with the lowest byte first.
const guid_order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]

/** The text of a GUID that Microsoft's software stores in 16 bytes. */
function guidOf(bytes) {
  const hex = Buffer.from(guid_order.map((at) => bytes[at])).toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The 16 bytes of the text of a GUID. @throws Error for another text */
function guidBytes(text) {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex')
  if (bytes.length !== guid_order.length) throw new Error('the id is not a GUID')
  return Buffer.from(guid_order.map((at) => bytes[at]))
}

const canonical = (value) => textOf(value).normalize('NFKC').toLowerCase()

/** Whether a property, or a value of a list, is an identifier in canonical form. */
const holds = (property, identifier) => [property].flat().some((value) => canonical(value) === identifier)

/**
 * Finds the users whose identifier is exactly the typed one, apart from letter case and Unicode compatibility: a store compares by rules
 * of its own, some of which match other spellings (accents, dotless i, padding).
 *
 * @param keys the properties of a row that hold an identifier or a list of them; the first with a match counts
 * @param rowsOf reads the rows that the store finds; it is not called for an identifier that no user can have
 */
async function findUsers(identifier, keys, rowsOf) {
  return (await match(identifier, keys, rowsOf)).users
}

/** Finds the user with the identifier, as `findUsers` does. @throws Error when several users have it */
async function findUser(identifier, keys, rowsOf) {
  const { key, users } = await match(identifier, keys, rowsOf)
  if (users.length > 1) throw new Error(`several users have the same ${key}`)
  return users[0]
}

/**
 * The users whom `matches` accepts, one after the other. Without users it is called once with undefined, so that an unknown identifier takes
 * as long as a known one.
 */
async function filterUsers(users, matches) {
  const found = []
  for (const user of users.length > 0 ? users : [undefined]) {
    if ((await matches(user)) && user !== undefined) found.push(user)
  }
  return found
}

async function match(identifier, keys, rowsOf) {
  const typed = String(identifier ?? '').trim()
  // Neither a stored text nor a statement can contain NUL.
  if (typed === '' || typed.includes('\0')) return { users: [] }
  const rows = await rowsOf(typed)
  for (const key of keys) {
    const users = rows.filter((row) => holds(row[key], canonical(typed)))
    if (users.length > 0) return { key, users }
  }
  return { users: [] }
}

module.exports = { filterUsers, findUser, findUsers, first, guidBytes, guidOf, idOf, textOf }
