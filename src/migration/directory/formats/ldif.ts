import { systemClock } from '../../../base/clock.ts'
import { defined } from '../../../base/defined.ts'
import type { DirectoryFormatOptions } from '../../../contract/directory-format.ts'
import type { DirectoryEntry } from '../directory-entry.ts'
import { createEntry } from './create-entry.ts'
import { malformedFile } from './malformed-file.ts'
import { readLdifRecords, type LdifRecord } from './read-ldif-records.ts'

type Columns = NonNullable<DirectoryFormatOptions['columns']>

const people = new Set(['person', 'inetorgperson', 'organizationalperson', 'posixaccount', 'account', 'user'])
// Computers and managed service accounts of Active Directory are of the class user, too.
const no_people = new Set(['computer', 'msds-managedserviceaccount', 'msds-groupmanagedserviceaccount'])
// Attributes that lock the user while they have a value, and those that are flags.
const locks = ['pwdaccountlockedtime']
const flags = ['nsaccountlock', 'logindisabled', 'lockedbyintruder']
const times = ['authtimestamp', 'pwdlastsuccess', 'lastlogintime']
const filetimes = ['lastlogontimestamp', 'lastlogon']
const account_disabled = 2
// Milliseconds from 1601 to 1970, from where Active Directory counts in units of 100 ns.
const filetime_epoch_ms = 11_644_473_600_000
// The first three parts of a GUID are little-endian (MS-DTYP section 2.3.4).
const guid_order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]

/** The values of an entry, by attribute. */
function valuesOf({ attributes }: LdifRecord) {
  const first = (name: string): string | undefined =>
    attributes.get(name.toLowerCase())?.find((value) => typeof value === 'string')
  return { first, all: (name: string) => attributes.get(name.toLowerCase()) ?? [] }
}

type Values = ReturnType<typeof valuesOf>

function isPerson({ first, all }: Values): boolean {
  const classes = all('objectclass').map((value) => String(value).toLowerCase())
  if (classes.some((name) => no_people.has(name))) return false
  if (classes.length > 0) return classes.some((name) => people.has(name))
  return ['uid', 'mail', 'samaccountname'].some((name) => first(name) !== undefined)
}

/** An objectGUID as text, also where its bytes are UTF-8. */
function guidOf({ all }: Values): string | undefined {
  const [value] = all('objectguid')
  if (value === undefined) return undefined
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  if (bytes.length !== guid_order.length) return typeof value === 'string' ? value : undefined
  const hex = Buffer.from(guid_order.map((at) => bytes[at] ?? 0)).toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function idOf(line: number, values: Values, columns: Columns): string | undefined {
  if (columns.legacy_id !== undefined) return values.first(columns.legacy_id)
  const id = values.first('entryuuid') ?? guidOf(values) ?? values.first('nsuniqueid')
  if (id !== undefined) return id
  const reason =
    'the entry has no entryUUID, objectGUID or nsUniqueId: export operational attributes, too (ldapsearch … "*" "+"), or name the attribute of the id in options.columns.legacy_id'
  throw malformedFile(line, reason)
}

function filetimeOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^[1-9]\d{0,18}$/.test(text)) return undefined
  const at = Number(BigInt(text) / 10_000n) - filetime_epoch_ms
  return at > 0 && at < 8.64e15 ? at : undefined
}

function lastActivity({ first }: Values, columns: Columns): string | number | undefined {
  if (columns.last_activity_at !== undefined) return first(columns.last_activity_at)
  const time = times.map(first).find((value) => value !== undefined)
  return time ?? filetimes.map((name) => filetimeOf(first(name))).find((at) => at !== undefined)
}

function isDisabled({ first }: Values, now: number): boolean {
  if (locks.some((name) => first(name) !== undefined)) return true
  if (flags.some((name) => first(name)?.toLowerCase() === 'true')) return true
  if ((Number(first('useraccountcontrol') ?? 0) & account_disabled) !== 0) return true
  const expires = filetimeOf(first('accountexpires'))
  return expires !== undefined && expires < now
}

/** The first value of userPassword that is a hash: one under a scheme (RFC 2307) that has no plain password and names no other server. */
function hashOf({ all }: Values, columns: Columns): DirectoryEntry['hash'] {
  const no_hash = /^\{(?:cleartext|clear|plain|noop|none|sasl|kerberos|pass-?through)\}/i
  const value = all(columns.password_hash ?? 'userpassword')
    .map((each) => String(each).trim())
    .find((each) => /^\{[A-Za-z0-9_-]+\}./.test(each) && !no_hash.test(each))
  return value === undefined ? undefined : { value }
}

function entryOfRecord(record: LdifRecord, columns: Columns, now: number): DirectoryEntry {
  const { line } = record
  const values = valuesOf(record)
  const { first } = values
  const named = (field: keyof Columns, ...usual: string[]): string | undefined => {
    const column = columns[field]
    return column === undefined ? usual.map(first).find((value) => value !== undefined) : first(column)
  }
  const entry = createEntry({
    line,
    legacy_id: idOf(line, values, columns),
    email: named('email', 'mail'),
    username: named('username', 'samaccountname', 'uid'),
    phone_number: named('phone_number', 'mobile'),
    email_verified: named('email_verified'),
    last_activity_at: lastActivity(values, columns),
    disabled: named('disabled'),
    enabled: named('enabled'),
    hash: hashOf(values, columns),
    profile: defined({
      name: named('name', 'displayname', 'cn'),
      given_name: named('given_name', 'givenname'),
      family_name: named('family_name', 'sn'),
      nickname: named('nickname'),
    }),
  })
  return { ...entry, disabled: entry.disabled || isDisabled(values, now) }
}

/**
 * Reads the people of an LDIF file. The id is `entryUUID`, `objectGUID` or `nsUniqueId`, as the templates of LDAP and Active Directory have
 * it; `options.columns` may name other attributes. Groups, units and computers are left out.
 */
export async function* readLdif(
  texts: AsyncIterable<string>,
  { columns = {} }: DirectoryFormatOptions,
): AsyncGenerator<DirectoryEntry> {
  const now = systemClock.now()
  for await (const record of readLdifRecords(texts)) {
    if (isPerson(valuesOf(record))) yield entryOfRecord(record, columns, now)
  }
}
