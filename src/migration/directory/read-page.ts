import { phoneNumber } from '../../base/phone-number.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../base/json.ts'
import { listed_users_max } from '../../contract/action-scripts.ts'
import { readFlag } from '../read-flag.ts'
import type { DirectoryEntry } from './directory-entry.ts'
import { readTime } from './formats/read-time.ts'

/** The longest cursor of a page. */
export const cursor_max = 4_096

/** Why the result of `list_users` is no page; undefined for a page. */
export function pageProblem(page: JsonValue): string | undefined {
  if (!isJsonObject(page) || !Array.isArray(page['users'])) return 'The result is not an object with a list of users.'
  const { users, next = null } = page
  if (users.length > listed_users_max) return `A page has at most ${listed_users_max} users, not ${users.length}.`
  if (next !== null && (typeof next !== 'string' || next === '' || next.length > cursor_max)) {
    return `next is neither null nor a cursor: a string of up to ${cursor_max} characters.`
  }
  return undefined
}

const profile_members = ['given_name', 'family_name', 'name', 'nickname', 'picture', 'user_metadata', 'app_metadata']

function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value).trim()
  return text === '' ? undefined : text
}

function hashOf({ password_hash, custom_password_hash }: JsonObject): DirectoryEntry['hash'] {
  if (isJsonObject(custom_password_hash)) return { custom: custom_password_hash }
  if (isJsonObject(password_hash)) return { custom: password_hash }
  return typeof password_hash === 'string' && password_hash !== '' ? { value: password_hash } : undefined
}

/** Reads a user of a page, who is a profile as `get_user` returns it, as an entry of a directory. */
function readEntry(user: JsonValue): Omit<DirectoryEntry, 'line'> {
  const given = isJsonObject(user) ? user : {}
  const phone = textOf(given['phone_number'])
  const profile = Object.fromEntries(
    profile_members.flatMap((name) => ((given[name] ?? null) === null ? [] : [[name, given[name] as JsonValue]])),
  )
  const entry = {
    legacy_id: textOf(given['user_id'] ?? given['id']),
    email: textOf(given['email']),
    username: textOf(given['username']),
    phone_number: phone === undefined ? undefined : (phoneNumber(phone) ?? phone),
    email_verified: given['email_verified'] === undefined ? undefined : readFlag(given['email_verified']),
    last_activity_at: readTime(given['last_login'] ?? null) ?? undefined,
    hash: hashOf(given),
    profile: Object.keys(profile).length === 0 ? undefined : profile,
  }
  const known = Object.entries(entry).filter(([, value]) => value !== undefined)
  // A form of `blocked` that is not understood must not let a blocked user in.
  const disabled = readFlag(given['blocked']) !== false
  return {
    ...(Object.fromEntries(known) as Partial<typeof entry> as Omit<DirectoryEntry, 'line'>),
    disabled,
    problems: [],
  }
}

/** Reads the result of `list_users`: its users and the cursor of the next page, or why it is no page. */
export function readPage(
  page: JsonValue,
): { entries: Omit<DirectoryEntry, 'line'>[]; next: string | null } | { problem: string } {
  const problem = pageProblem(page)
  if (problem !== undefined || !isJsonObject(page) || !Array.isArray(page['users'])) return { problem: problem ?? '' }
  const { users, next = null } = page
  return { entries: users.map(readEntry), next: next as string | null }
}
