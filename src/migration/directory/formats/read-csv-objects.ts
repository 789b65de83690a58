import type { JsonObject } from '../../../base/json.ts'
import { malformedFile } from './malformed-file.ts'
import { readCsvRows } from './read-csv-rows.ts'
import type { JsonRow } from './read-json-objects.ts'

// How MySQL and phpMyAdmin write a column without a value.
const nulls = new Set(['', '\\N', 'NULL'])

function requireWhole(line: number, fields: readonly string[], names: readonly string[]): void {
  const surplus = fields.slice(names.length)
  if (fields.length >= names.length && surplus.every((field) => field === '')) return
  const reason = `the row has ${fields.length} fields, and the header has ${names.length}: the file was cut off, a field with the delimiter is not in quotation marks, or options.delimiter is another one`
  throw malformedFile(line, reason)
}

/**
 * Reads a CSV file whose first row has the names of the columns. A row is an object of its fields; an empty field, `\N` and `NULL` are
 * absent.
 *
 * @param checkHeader is called with the names of the columns, before the first row
 * @throws {Refusal} `malformed_directory_file`, also where a row has fewer or more fields than the header
 */
export async function* readCsvObjects(
  texts: AsyncIterable<string>,
  delimiter: string | undefined,
  checkHeader: (names: readonly string[], line: number) => void = () => undefined,
): AsyncGenerator<JsonRow> {
  let names: readonly string[] | undefined
  for await (const { line, fields } of readCsvRows(texts, delimiter)) {
    if (names === undefined) {
      names = fields.map((name) => name.trim())
      checkHeader(names, line)
      continue
    }
    requireWhole(line, fields, names)
    const value: JsonObject = {}
    for (const [at, name] of names.entries()) {
      const field = fields[at] ?? ''
      if (!nulls.has(field)) value[name] = field
    }
    yield { line, value }
  }
}
