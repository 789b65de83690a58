import type { JsonValue } from '../base/json.ts'
import { bytesOf } from './profile-changes.ts'

const false_words = new Set(['', 'false', 'no', 'n', 'f'])
const true_words = new Set(['true', 'yes', 'y', 't'])
const number = /^[+-]?\d+(\.\d+)?$/
const date = /^\d{4}-\d\d-\d\d([T ][\d:.]+ ?(Z|[+-]\d\d(:?\d\d)?)?)?$/i
// MySQL's date of a row that has none.
const zero_date = /^0000-00-00/
// The bits of a BIT column, as some drivers return them.
const bits = /^\p{Cc}+$/u

function readText(text: string): boolean | undefined {
  if (bits.test(text) && text.trim() !== '') return text.replaceAll('\0', '') !== ''
  const word = text.trim().toLowerCase()
  if (false_words.has(word)) return false
  if (true_words.has(word)) return true
  if (number.test(word)) return Number(word) !== 0
  if (zero_date.test(word)) return false
  return date.test(word) && !Number.isNaN(Date.parse(word)) ? true : undefined
}

/**
 * Reads a flag in the forms in which databases and their drivers return one: a boolean, a number, the text of either, yes or no, `y`, `n`,
 * `t`, `f` in any letter case, the buffer of a `BIT(1)`, or the date on which it was set. Null and absent are false.
 *
 * @returns undefined for a value of any other form
 */
export function readFlag(value: JsonValue | undefined): boolean | undefined {
  if (value === undefined || value === null) return false
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return value !== 0
  if (typeof value === 'string') return readText(value)
  const bytes = bytesOf(value)
  if (bytes === undefined) return undefined
  // A BINARY(1) may hold the letter of a flag, a BIT(1) its bit.
  return bytes.length === 0 ? false : readText(bytes.toString('latin1'))
}
