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

const stepsOf = (path: string): string[] => path.split(/[.[\]]+/).filter((part) => part !== '')

/** The name of the member of a user in which a field is: `user_metadata` of `user_metadata.plan`. */
export const memberOf = ({ name }: ExportField): string => stepsOf(name)[0] ?? ''

/** The value at a path such as `user_metadata.plan` or `identities[0].connection`; undefined where there is none. */
function valueAt(user: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = user
  for (const name of stepsOf(path)) {
    if (Array.isArray(value)) value = /^\d{1,6}$/.test(name) ? value[Number(name)] : undefined
    else value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }
  return value
}

// A spreadsheet runs a cell that begins so as a formula (OWASP, CSV injection), also in full width.
const begins_formula = '[=+\\-@＝＋－＠]'
// What may stand between the beginning of a cell and a formula. The lookbehind keeps the search linear.
const before_formula = `(?<![\\s;"'])([\\s;"']*)`
const formula = new RegExp(`${before_formula}(${begins_formula})`, 'g')
const neutralized_formula = new RegExp(`${before_formula}'(${begins_formula})`, 'g')
// A spreadsheet that separates by semicolons or tabs sees no quotes in the middle of a cell, and begins a new cell after these.
const separator = /[;\t\r\n]/

const beginsCell = (before: string, at: number): boolean => at === 0 || separator.test(before)

/** A text with an apostrophe before each part that a spreadsheet would run as a formula, whichever separator it reads the file with. */
function neutralize(text: string): string {
  return text.replaceAll(formula, (found: string, before: string, sign: string, at: number) =>
    beginsCell(before, at) ? `${before}'${sign}` : found,
  )
}

/** A text of a CSV file as it was before `csvCell`: without the apostrophes before formulas. */
export function textOfCell(cell: string): string {
  return cell.replaceAll(neutralized_formula, (found: string, before: string, sign: string, at: number) =>
    beginsCell(before, at) ? `${before}${sign}` : found,
  )
}

/**
 * A cell of a CSV file (RFC 4180). Whatever a spreadsheet would run as a formula has an apostrophe before it, also behind a `;`, a tab or a
 * line break: there a spreadsheet with another separator begins a cell. In JSON each `;` is an escape.
 */
export function csvCell(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return ''
  const safe = typeof value === 'string' ? neutralize(value) : JSON.stringify(value).replaceAll(';', String.raw`\u003b`)
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
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
