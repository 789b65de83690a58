import type { JsonObject, JsonValue } from '../../../base/json.ts'
import { suggestName } from '../../../base/suggest-name.ts'
import { invalidBody } from '../../../contract/refusal.ts'
import {
  common_column_names,
  type DirectoryColumn,
  type DirectoryFormat,
  type DirectoryFormatOptions,
} from '../../../contract/directory-format.ts'
import type { DirectoryEntry } from '../directory-entry.ts'
import { createEntry, objectOf, textOf } from './create-entry.ts'
import { malformedFile } from './malformed-file.ts'

type Columns = NonNullable<DirectoryFormatOptions['columns']>
type Field = DirectoryColumn
type Value = JsonValue | undefined

const fields = Object.keys(common_column_names) as Field[]
const names_listed_max = 20

const plainName = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** The column of each field, of those that a file has. */
export type FieldColumns = { [Name in Field]?: string }

const listed = (names: readonly string[]): string =>
  names
    .slice(0, names_listed_max)
    .map((name) => JSON.stringify(name.slice(0, 60)))
    .join(', ')

function namedColumns(columns: Columns, names: readonly string[], line: number): FieldColumns {
  for (const [field, name] of Object.entries(columns)) {
    if (names.includes(name)) continue
    const meant = suggestName(name, names)
    const hint = meant === undefined ? `its columns are ${listed(names)}` : `it has ${JSON.stringify(meant)}`
    throw malformedFile(
      line,
      `the file has no column ${JSON.stringify(name)}, which options.columns.${field} names: ${hint}`,
    )
  }
  return columns
}

function recognizedColumns(names: readonly string[], line: number): FieldColumns {
  const plain = names.map(plainName)
  const found = fields.flatMap((field) => {
    const common = common_column_names[field].find((name) => plain.includes(name))
    if (common === undefined) return []
    const [first, second] = names.filter((_, at) => plain[at] === common)
    if (second !== undefined && second !== first) {
      const reason = `the columns ${listed([first ?? '', second])} have one name but for its spelling: name one in options.columns.${field}`
      throw malformedFile(line, reason)
    }
    return [[field, first]]
  })
  return Object.fromEntries(found) as FieldColumns
}

/**
 * The columns of a header: those that the options name or, without them, those whose names are common.
 *
 * @throws {Refusal} `malformed_directory_file` where a named column is missing, a name is repeated, or no column has the legacy id
 */
export function columnsOf(names: readonly string[], line: number, { columns }: DirectoryFormatOptions): FieldColumns {
  const found = columns === undefined ? recognizedColumns(names, line) : namedColumns(columns, names, line)
  if (found.legacy_id === undefined) {
    const reason = `no column has the legacy id: name it in options.columns.legacy_id; the columns are ${listed(names)}`
    throw malformedFile(line, reason)
  }
  const repeated = Object.values(found).find((name) => names.indexOf(name) !== names.lastIndexOf(name))
  if (repeated !== undefined) throw malformedFile(line, `the column ${JSON.stringify(repeated)} is there twice`)
  return found
}

/** The members of a row of NDJSON: those that the options name, or those of the row whose names are common. @throws {Refusal} `malformed_directory_file` */
export function membersOf(row: JsonObject, line: number, { columns }: DirectoryFormatOptions): FieldColumns {
  return columns ?? recognizedColumns(Object.keys(row), line)
}

function hashOf(
  line: number,
  valueOf: (field: Field) => Value,
  options: DirectoryFormatOptions,
): DirectoryEntry['hash'] {
  const given = valueOf('password_hash')
  if (typeof given === 'object' && given !== null) {
    const custom = objectOf(line, 'the password hash', given)
    return custom && { custom }
  }
  const value = textOf(given)
  if (value === undefined) return undefined
  const { salted_hash } = options
  const salt = textOf(valueOf('password_salt'))
  if (salted_hash === undefined || salt === undefined) return { value }
  const { algorithm, hash_encoding = 'hex', salt_encoding = 'utf8', salt_position } = salted_hash
  const hash = { value, encoding: hash_encoding }
  return { custom: { algorithm, hash, salt: { value: salt, encoding: salt_encoding, position: salt_position } } }
}

/** The entry of a row whose values are found by name. @throws {Refusal} `malformed_directory_file` */
export function entryOf(
  line: number,
  columns: FieldColumns,
  valueAt: (column: string) => Value,
  options: DirectoryFormatOptions,
): DirectoryEntry {
  const valueOf = (field: Field): Value => {
    const column = columns[field]
    return column === undefined ? undefined : valueAt(column)
  }
  const values = Object.fromEntries(fields.map((field) => [field, valueOf(field)]))
  return createEntry({ line, ...values, hash: hashOf(line, valueOf, options), profile: values, columns })
}

/** Checks the options that name columns. @throws {Refusal} `invalid_body` */
export function checkColumns(format: DirectoryFormat, { columns, salted_hash }: DirectoryFormatOptions): void {
  // The attribute of the id in LDIF has a known name.
  if (columns !== undefined && columns.legacy_id === undefined && format !== 'ldif') {
    throw invalidBody('columns must name the column of the legacy id', 'options.columns.legacy_id')
  }
  const has_salt = columns?.password_hash !== undefined && columns.password_salt !== undefined
  if (salted_hash !== undefined && !has_salt) {
    throw invalidBody('salted_hash needs columns.password_hash and columns.password_salt', 'options.salted_hash')
  }
  if (salted_hash === undefined && columns?.password_salt !== undefined) {
    throw invalidBody(
      'columns.password_salt needs salted_hash, which says how the hash was computed',
      'options.salted_hash',
    )
  }
}
