// Flags as legacy stores keep them. An unknown form is an error, because the user may be blocked.
'use strict'

const { Buffer } = require('node:buffer')

// A BIT(1) is a byte, which some drivers return as a character.
const no = ['', '0', '\x00', 'f', 'false', 'n', 'no', 'nein', 'non', 'off']
const yes = ['1', '\x01', 't', 'true', 'y', 'yes', 'j', 'ja', 'oui', 'si', 'sí', 'on']
// Words for the state of a user are read only where they have one meaning: "disabled" in `blocked` may be the user, or the block.
const states = {
  active: {
    yes: ['active', 'enabled'],
    no: ['inactive', 'disabled', 'blocked', 'banned', 'locked', 'suspended', 'deleted'],
  },
  blocked: { yes: ['blocked', 'banned', 'locked', 'suspended', 'deleted'], no: [] },
  email_verified: { yes: ['verified', 'confirmed'], no: ['unverified', 'unconfirmed'] },
}
const number = /^[+-]?\d+(\.\d+)?$/
const date = /^\d{4}-\d\d-\d\d([T ][\d:.]+ ?(Z|[+-]\d\d(:?\d\d)?)?)?$/i
// MySQL's date of a row that has none.
const zero_date = /^0000-00-00/

/**
 * Reads a flag in the forms in which databases, directories and services store one: booleans, numbers, bits, yes and no and their
 * first letter, on and off, as text or as bytes, and the time when it was set. Null and absent are false.
 *
 * @param name what the flag says: `active`, `blocked` and `email_verified` are also read from words such as "banned"; other numbers than
 *   0, 1 and -1 are often codes of a state, and do not mean that a user is `active`
 * @throws Error, which names the flag and the form of its value, for any other form
 */
function isTrue(value, name = 'the flag') {
  const flag = value instanceof Date ? !Number.isNaN(value.getTime()) : readText(textIn(value), name)
  if (flag !== undefined) return flag
  throw new Error(
    `${name} is neither true nor false in a form that is known, but ${formOf(value)}: store a boolean, or 0 or 1`,
  )
}

function textIn(value) {
  if (Buffer.isBuffer(value)) return value.toString('utf8')
  return typeof value === 'object' && value !== null ? undefined : String(value ?? '')
}

function readText(text, name) {
  const word = text?.trim().toLowerCase()
  const state = Object.hasOwn(states, name) ? states[name] : { yes: [], no: [] }
  if (no.includes(word) || state.no.includes(word)) return false
  if (yes.includes(word) || state.yes.includes(word)) return true
  if (number.test(word)) return name === 'active' ? readCode(Number(word)) : Number(word) !== 0
  if (zero_date.test(word)) return false
  return date.test(word) && !Number.isNaN(Date.parse(word)) ? true : undefined
}

function readCode(code) {
  if (code === 0) return false
  return Math.abs(code) === 1 ? true : undefined
}

/** The form of a value, without the value, which may be personal. */
function formOf(value) {
  if (Buffer.isBuffer(value)) return `${value.length} bytes`
  if (typeof value === 'string') return `a text of ${value.length} characters`
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

const generalized_time = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/

/**
 * Whether a user of a directory is locked until a later time, as 20301231235959Z (RFC 4517, section 3.3.13). The first second of 1970 means
 * for ever; an unknown form counts as a later time, because the user may be locked.
 */
function isLockedUntil(time) {
  if (time === undefined) return false
  const at = Date.parse(String(time).replace(generalized_time, '$1-$2-$3T$4:$5:$6Z'))
  return at === 0 || !(at <= Date.now())
}

module.exports = { isLockedUntil, isTrue }
