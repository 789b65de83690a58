import { columnNames } from 'virtual:contract'
import type { DirectoryColumn, DirectoryFormat } from '../../../src/contract/directory-format.ts'

/** What the beginning of a file shows: the format that it seems to have, and the names of its columns where it has some. */
export type FileHead = { format: DirectoryFormat; columns: string[] }

const head_bytes = 65_536

// Names that only the export of one product has.
const json_marks: readonly [DirectoryFormat, RegExp][] = [
  ['firebase', /"localId"\s*:/],
  ['cognito', /"UserStatus"\s*:|"Attributes"\s*:\s*\[/],
  ['okta', /"profile"\s*:\s*\{[^}]*"login"\s*:/],
  ['keycloak', /"realm"\s*:|"requiredActions"\s*:|"secretData"\s*:/],
  ['supabase', /"raw_user_meta_data"\s*:|"encrypted_password"\s*:/],
  ['wordpress', /"user_login"\s*:/],
  ['auth0', /"auth0\||"provider"\s*:\s*"auth0"/],
]
const csv_marks: readonly [DirectoryFormat, string][] = [
  ['cognito', 'cognito:username'],
  ['supabase', 'raw_user_meta_data'],
  ['wordpress', 'user_login'],
]

/** The fields of the first line of CSV, with the delimiter that it has most often. */
function fieldsOf(line: string): string[] {
  const delimiters = [',', ';', '\t', '|']
  const counted = delimiters.map((delimiter) => ({ delimiter, count: line.split(delimiter).length }))
  const delimiter = counted.reduce((most, one) => (one.count > most.count ? one : most)).delimiter
  const fields: string[] = ['']
  let is_quoted = false
  for (const character of line) {
    if (character === '"') is_quoted = !is_quoted
    else if (character === delimiter && !is_quoted) fields.push('')
    else fields.push(`${fields.pop() ?? ''}${character}`)
  }
  return fields.map((field) => field.trim()).filter((field) => field !== '')
}

/** The members of the first JSON object of a text. */
function membersOf(text: string): string[] {
  const start = text.indexOf('{')
  for (let end = text.indexOf('}', start); start >= 0 && end > 0; end = text.indexOf('}', end + 1)) {
    try {
      return Object.keys(JSON.parse(text.slice(start, end + 1)) as object)
    } catch {
      // The object ends at a later brace.
    }
  }
  return []
}

/** What the beginning of a file shows. */
export function headOf(text: string): FileHead {
  const start = text.replace(/^\uFEFF/, '').trimStart()
  if (/^[[{]/.test(start)) {
    const format = json_marks.find(([, mark]) => mark.test(start))?.[0] ?? 'ndjson'
    return { format, columns: format === 'ndjson' ? membersOf(start) : [] }
  }
  if (/^(?:#[^\n]*\n\s*)*(?:version:\s*1|dn::?\s)/i.test(start)) return { format: 'ldif', columns: [] }
  if (/^(?:--|\/\*|INSERT |CREATE |DROP |SET )/i.test(start)) return { format: 'wordpress', columns: [] }
  const lines = start.split(/\r\n|\n|\r/)
  const columns = fieldsOf((/^sep=/i.test(lines[0] ?? '') ? lines[1] : lines[0]) ?? '')
  const format = csv_marks.find(([, column]) => columns.includes(column))?.[0] ?? 'csv'
  return { format, columns: format === 'csv' ? columns : [] }
}

/** Reads the beginning of a file. Nothing is sent. @throws Error where the browser cannot read the file */
export async function readHead(file: File, charset: string): Promise<FileHead> {
  const bytes = new Uint8Array(await file.slice(0, head_bytes).arrayBuffer())
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe ? 'utf-16be' : undefined
  return headOf(new TextDecoder(marked ?? (charset === '' ? 'utf-8' : charset)).decode(bytes))
}

const plainName = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** The column of each field, recognised by its name as the server does. */
export function recognizedColumns(columns: readonly string[]): Partial<Record<DirectoryColumn, string>> {
  const plain = columns.map(plainName)
  const found = Object.entries(columnNames).flatMap(([field, names]) => {
    const name = names.find((each) => plain.includes(each))
    const column = name === undefined ? undefined : columns[plain.indexOf(name)]
    return column === undefined ? [] : [[field, column]]
  })
  return Object.fromEntries(found) as Partial<Record<DirectoryColumn, string>>
}
