import { randomBytes, randomInt } from 'node:crypto'

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Random letters and digits, uniformly distributed. `length` is in characters. */
export function randomAlphanumeric(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length * 2)) {
      if (byte < 248 && text.length < length) text += alphanumeric[byte % 62]
    }
  }
  return text
}

/** 24 hex characters (12 random bytes), the form of a local user's bare id and of a resource server's id. */
export function newHexId(): string {
  return randomBytes(12).toString('hex')
}

/** A prefixed id with 16 random letters and digits: `con_…`, `cgr_…`. */
export function newPrefixedId(prefix: string): string {
  return `${prefix}_${randomAlphanumeric(16)}`
}

/** An application's public id: 32 letters and digits. */
export function newClientId(): string {
  return randomAlphanumeric(32)
}

/** 64 characters of `[A-Za-z0-9_-]`: 384 random bits, for client secrets and opaque tokens. */
export function newSecret(): string {
  return randomBytes(48).toString('base64url')
}

/** 32 letters and digits: the secret part of a mailed link. */
export function newTicketSecret(): string {
  return randomAlphanumeric(32)
}

const tenDigits = (): string => String(randomInt(1e10)).padStart(10, '0')

let last_stamp = ''
let in_stamp = 0

/** The prefix of log event ids of one millisecond: no id of that time or later is lower. */
export function logIdStart(at_ms: number): string {
  return `900${new Date(at_ms).toISOString().replaceAll(/[-:.TZ]/g, '')}`
}

/**
 * An id for a log event: lexically increasing with time and, within a process, in the order of the calls, so that
 * it serves as a checkpoint.
 *
 * @param at_ms epoch milliseconds
 */
export function newLogId(at_ms: number): string {
  const stamp = logIdStart(at_ms)
  in_stamp = stamp === last_stamp ? in_stamp + 1 : 0
  last_stamp = stamp
  return `${stamp}${String(in_stamp).padStart(6, '0')}${tenDigits()}${tenDigits()}${tenDigits()}`
}

let last_record_at = 0
let in_record_at = 0

/**
 * The id of a migration record: `mrc_`, the time and a number within it in base 36, and 9 random letters and digits. Ids increase with time, so
 * that records that are created together are neighbours in every index of their ids: creating millions of them writes each page once.
 *
 * @param at_ms epoch milliseconds
 */
export function newRecordId(at_ms: number): string {
  in_record_at = at_ms === last_record_at ? in_record_at + 1 : 0
  last_record_at = at_ms
  const time = at_ms.toString(36).padStart(9, '0')
  return `mrc_${time}${in_record_at.toString(36).padStart(3, '0')}${randomAlphanumeric(9)}`
}
