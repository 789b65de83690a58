import { isoTime } from '../base/time.ts'
import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import type { JsonObject } from '../base/json.ts'
import type { User as ShownUser } from '../contract/user.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import type { UsersTable } from '../store/tables.ts'
import {
  profile_entries,
  user_entries,
  type ProfileRow,
  type UserAttributes,
  type UserColumn,
  type UserProfile,
} from './user-columns.ts'
import { writeMetadata } from './write-metadata.ts'

function decode(type: UserColumn['type'], stored: string | number | null): unknown {
  if (type === 'flag') return stored === 1
  return type === 'object' ? readJson<JsonObject>(String(stored)) : stored
}

function encode(value: UserProfile[keyof UserProfile]): string | number | null {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'object' && value !== null ? writeMetadata(value) : value
}

/** The domain of an address in canonical form. */
function domainOf(email_lower: string | number | null | undefined): string | null {
  return typeof email_lower === 'string' ? email_lower.slice(email_lower.lastIndexOf('@') + 1) : null
}

function canonicalForm(name: string, value: string): string {
  return name === 'email' || name === 'username' ? canonicalIdentifier(value) : value.toLowerCase()
}

/** Reads the attributes of a user from a row. */
export function readAttributes(row: Pick<UsersTable, keyof UserAttributes>): UserAttributes {
  const attributes: Record<string, unknown> = {}
  for (const [name, { type }] of user_entries) attributes[name] = decode(type, row[name])
  return attributes as UserAttributes
}

/**
 * Writes the attributes of a profile as columns, canonical forms included. An attribute that is not given has no column.
 *
 * @throws {Refusal} `invalid_body` where metadata is too large
 */
export function writeProfile(profile: UserProfile): ProfileRow
export function writeProfile(profile: Partial<UserProfile>): Partial<ProfileRow>
export function writeProfile(profile: Partial<UserProfile>): Partial<ProfileRow> {
  const row: Record<string, string | number | null> = {}
  for (const [name, { canonical }] of profile_entries) {
    const value = profile[name]
    if (value === undefined) continue
    row[name] = encode(value)
    if (canonical) row[canonical] = typeof value === 'string' ? canonicalForm(name, value) : null
    if (name === 'email') row['email_domain'] = domainOf(row['email_lower'])
  }
  if (profile.extra) row['extra'] = writeJson(profile.extra)
  return row
}

/** A profile of which attributes may be left out. */
export type PartialProfile = {
  [Name in keyof Omit<UserProfile, 'extra'>]?: NonNullable<UserProfile[Name]> | undefined
}

/** Completes a profile: an attribute that is left out is null, false or empty. */
export function completeProfile(given: PartialProfile): UserProfile {
  const profile: Record<string, unknown> = { extra: {} }
  for (const [name, { type }] of profile_entries) {
    profile[name] = given[name] ?? (type === 'flag' ? false : type === 'object' ? {} : null)
  }
  return profile as UserProfile
}

/** The attributes of a user as the API shows them. */
export type ShownAttributes = Omit<ShownUser, 'identities'>

/** Shows the attributes of a user: timestamps in ISO 8601, and no member for an unset attribute. */
export function showAttributes(user: UserAttributes): ShownAttributes {
  const shown: Record<string, unknown> = {}
  for (const [name, { type, shown_with, hidden_when_false }] of user_entries) {
    const value = user[name]
    if (value === null || (shown_with && user[shown_with] === null) || (hidden_when_false && value === false)) continue
    if (typeof value === 'object' && Object.keys(value).length === 0) continue
    shown[name] = type === 'timestamp' ? isoTime(Number(value)) : value
  }
  return shown as ShownAttributes
}
