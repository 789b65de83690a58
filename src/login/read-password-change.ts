import { isJsonObject, type JsonValue } from '../base/json.ts'
import { readFlag } from '../migration/read-flag.ts'
import type { PasswordChange } from '../users/write-credential.ts'

/** Reads a time: epoch milliseconds, or a text that `Date.parse` reads. Undefined for other values and for a time in the future. */
function readTime(value: JsonValue | undefined, at: number): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : value
  return typeof time === 'number' && Number.isSafeInteger(time) && time >= 0 && time <= at ? time : undefined
}

/**
 * Reads the result of `change_password`: true, or an object that may have `last_password_reset` (default: `at`) and `email_verified`.
 *
 * @param at the time of the change in epoch milliseconds
 */
export function readPasswordChange(value: JsonValue, at: number): PasswordChange {
  if (!isJsonObject(value)) return { at, last_password_reset: at }
  const { last_password_reset, email_verified } = value
  const flag = email_verified === undefined || email_verified === null ? undefined : readFlag(email_verified)
  return {
    at,
    last_password_reset: readTime(last_password_reset, at) ?? at,
    ...(flag === undefined ? {} : { email_verified: flag }),
  }
}
