import { identifierProblem, IdentifierTooLong } from '../../base/canonical-identifier.ts'
import type { DirectoryProblem } from '../../contract/directory-problems.ts'
import { defined } from '../../base/defined.ts'
import type { JsonObject } from '../../base/json.ts'
import type { Connection } from '../../connections/connection.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { formatOf, type Stored } from '../../passwords/formats/index.ts'
import { readJson, writeJson } from '../../store/json-column.ts'
import { directoryAad } from '../../store/sealed-aad.ts'
import type { DirectoryRowsTable, DirectoryStagedRowsTable } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import { readImportedHash } from '../import/read-imported-hash.ts'
import { readLegacyId } from '../legacy-id.ts'
import { emailProblem } from '../legacy-profile.ts'
import { missingIdentifier } from '../profile-identifiers.ts'
import type { DirectoryEntry, EntryProblem } from './directory-entry.ts'

/** The problems of an id: their records have no legacy id. */
export const id_problems: ReadonlySet<string> = new Set<DirectoryProblem>(['missing_id', 'invalid_id', 'repeated_id'])

/** What an administrator reads of a problem. */
export const problem_texts: Readonly<Record<DirectoryProblem, string>> = {
  missing_id: 'The row of the directory has no legacy id.',
  invalid_id: 'The legacy id of the row of the directory is too long, or has white space or control characters.',
  repeated_id: 'Another row of the directory has the same legacy id.',
  invalid_address: 'The e-mail address of the row of the directory is not one.',
  invalid_username: 'The username of the row of the directory is too long, or has characters that are not displayed.',
  other_provider: 'The user logs in through another identity provider, and has no password in the legacy store.',
  missing_identifier: 'The row of the directory has no identifier with which users of this connection log in.',
}

/** The columns of a directory row that its load decides. */
export type RowFacts = Pick<
  DirectoryRowsTable,
  | 'given_legacy_id'
  | 'email'
  | 'username'
  | 'phone_number'
  | 'email_verified'
  | 'last_activity_at'
  | 'disabled'
  | 'has_hash'
  | 'hash_form'
> & { problem: EntryProblem | null }

/** A row of a load, ready to be staged. */
export type ReadRow = Omit<DirectoryStagedRowsTable, 'tenant_id' | 'load_id' | 'row_no' | 'facts'> & { facts: RowFacts }

const text_max = 320
const username_max = 128

// PostgreSQL refuses a NUL in a text, and lone surrogates.
const cleanText = (text: string | undefined): string | null =>
  text === undefined || text === ''
    ? null
    : text
        .replaceAll(/\p{Cc}/gu, ' ')
        .toWellFormed()
        .slice(0, text_max)

const id_prefix = 'id:'

/** The key of the row of a legacy id, which has the namespace of the connection. */
export const keyOfId = (legacy_id: string): string => id_prefix + legacy_id

/** The legacy id of a row key; undefined for that of a row without a usable id. */
export const idOfKey = (row_key: string): string | undefined =>
  row_key.startsWith(id_prefix) ? row_key.slice(id_prefix.length) : undefined

/** The hash of an entry as a member of a row of an import. */
export const hashMember = (hash: NonNullable<DirectoryEntry['hash']>): JsonObject =>
  hash.custom === undefined ? { password_hash: hash.value } : { custom_password_hash: hash.custom }

function readHash(entry: DirectoryEntry, { options }: Connection): Pick<RowFacts, 'has_hash' | 'hash_form'> {
  if (entry.hash === undefined) return { has_hash: 0, hash_form: null }
  const member = hashMember(entry.hash)
  const read = readImportedHash(member, options.password_normalization)
  if (read.kind === 'none') return { has_hash: 0, hash_form: null }
  if (read.kind === 'invalid') return { has_hash: 0, hash_form: 'unreadable' }
  return { has_hash: 1, hash_form: formatOf((entry.hash.custom ?? entry.hash.value) as Stored) }
}

function isBad(identifier: string, problemOfText: (text: string) => string | undefined): boolean {
  try {
    return problemOfText(identifier.toLowerCase()) !== undefined
  } catch (error) {
    if (error instanceof IdentifierTooLong) return true
    throw error
  }
}

function problemOf(entry: DirectoryEntry, has_id: boolean, { options }: Connection): EntryProblem | null {
  const { legacy_id, email = null, username = null, phone_number = null } = entry
  if (!has_id) return legacy_id === undefined || legacy_id === '' ? 'missing_id' : 'invalid_id'
  if (email !== null && isBad(email, emailProblem)) return 'invalid_address'
  if (username !== null && (username.length > username_max || isBad(username, identifierProblem)))
    return 'invalid_username'
  if (missingIdentifier({ email, username, phone_number }, options)) return 'missing_identifier'
  return entry.problems.includes('other_provider') ? 'other_provider' : null
}

/**
 * Reads an entry as a row of the directory of a connection: its key, its columns, and its hash and profile, sealed. The hash is checked and
 * not computed; neither is kept of a row without a usable id, from which no user can be imported.
 */
export function readRow(sealer: Sealer, connection: Connection, entry: DirectoryEntry): ReadRow {
  const read =
    entry.legacy_id === undefined ? undefined : readLegacyId(entry.legacy_id, connection.options.id_namespace)
  const legacy_id = read !== undefined && 'id' in read ? read.id : undefined
  const given = cleanText(entry.legacy_id)
  const { email_verified, last_activity_at = null, profile } = entry
  const facts: RowFacts = {
    given_legacy_id: given,
    email: cleanText(entry.email),
    username: cleanText(entry.username),
    phone_number: cleanText(entry.phone_number),
    email_verified: email_verified === undefined ? null : email_verified ? 1 : 0,
    last_activity_at,
    disabled: entry.disabled ? 1 : 0,
    ...readHash(entry, connection),
    problem: problemOf(entry, legacy_id !== undefined, connection),
  }
  const context = `directory/${connection.connection_id}`
  const digest = sealer.fingerprint(writeJson([facts, entry.hash ?? null, profile ?? null]), context)
  const { email, username, phone_number } = facts
  const row_key =
    legacy_id === undefined
      ? `row:${sealer.fingerprint(writeJson([given, email, username, phone_number]), context)}`
      : keyOfId(legacy_id)
  if (legacy_id === undefined || given === null) {
    return { row_key, line: entry.line, digest, hash: null, profile: null, facts: { ...facts, has_hash: 0 } }
  }
  const seal = (value: unknown, column: 'hash' | 'profile'): string =>
    sealer.deriveSealer('directory').seal(writeJson(value), directoryAad(connection, given, column))
  return {
    row_key,
    line: entry.line,
    digest,
    facts,
    hash: facts.has_hash === 1 ? seal(entry.hash, 'hash') : null,
    profile: profile === undefined || Object.keys(profile).length === 0 ? null : seal(profile, 'profile'),
  }
}

/** The hash and the profile of a directory row, which nothing but an import reads. */
export function openRow(
  sealer: Sealer,
  of: ConnectionKey,
  { given_legacy_id, hash, profile }: Pick<DirectoryRowsTable, 'given_legacy_id' | 'hash' | 'profile'>,
): Pick<DirectoryEntry, 'hash' | 'profile'> {
  if (given_legacy_id === null) return {}
  const open = (sealed: string | null, column: 'hash' | 'profile'): JsonObject | undefined =>
    sealed === null
      ? undefined
      : readJson<JsonObject>(sealer.deriveSealer('directory').open(sealed, directoryAad(of, given_legacy_id, column)))
  const opened = { hash: open(hash, 'hash') as DirectoryEntry['hash'], profile: open(profile, 'profile') }
  return defined(opened)
}
