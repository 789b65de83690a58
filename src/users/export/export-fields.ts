import { isJsonObject, type JsonObject, type JsonValue } from '../../base/json.ts'

/** A field of an export: the path of a value in a user, and the name that it gets in the file. */
export type ExportField = { name: string; export_as: string }

/** The fields of a CSV file where the export names none, as at Auth0. */
export const default_csv_fields: readonly ExportField[] = [
  ['user_id', 'Id'],
  ['given_name', 'Given Name'],
  ['family_name', 'Family Name'],
  ['nickname', 'Nickname'],
  ['name', 'Name'],
  ['email', 'Email'],
  ['email_verified', 'Email Verified'],
  ['picture', 'Picture'],
  ['identities[0].connection', 'Connection'],
  ['created_at', 'Created At'],
  ['updated_at', 'Updated At'],
].map(([name = '', export_as = '']) => ({ name, export_as }))

/** The value at a path such as `user_metadata.plan` or `identities[0].connection`; undefined where there is none. */
function valueAt(user: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = user
  for (const name of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    if (Array.isArray(value)) value = /^\d{1,6}$/.test(name) ? value[Number(name)] : undefined
    else value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }
  return value
}

// A spreadsheet runs a cell that begins so as a formula (OWASP, CSV injection).
const formula = /^[=+\-@\t\r]/

/** A cell of a CSV file (RFC 4180). One that a spreadsheet would run as a formula begins with an apostrophe. */
export function csvCell(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const safe = typeof value === 'string' && formula.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** The first line of a CSV file. */
export function csvHeader(fields: readonly ExportField[]): string {
  return `${fields.map(({ export_as }) => csvCell(export_as)).join(',')}\r\n`
}

/** The line of a user in a CSV file. */
export function csvLine(user: JsonObject, fields: readonly ExportField[]): string {
  return `${fields.map(({ name }) => csvCell(valueAt(user, name))).join(',')}\r\n`
}

/** The line of a user in a file of newline-delimited JSON: the whole user, or these fields. */
export function jsonLine(user: JsonObject, fields: readonly ExportField[] | undefined): string {
  if (!fields) return `${JSON.stringify(user)}\n`
  const members = fields.flatMap(({ name, export_as }) => {
    const value = valueAt(user, name)
    return value === undefined ? [] : [[export_as, value] as const]
  })
  return `${JSON.stringify(Object.fromEntries(members))}\n`
}
