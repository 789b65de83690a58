import type { DirectoryFormatOptions } from '../../../contract/directory-format.ts'
import type { DirectoryEntry } from '../directory-entry.ts'
import { columnsOf, entryOf, type FieldColumns } from './columns.ts'
import { readCsvObjects } from './read-csv-objects.ts'

/** Reads a CSV file with a header, whose columns are named by the options or have common names. */
export async function* readCsv(
  texts: AsyncIterable<string>,
  options: DirectoryFormatOptions,
): AsyncGenerator<DirectoryEntry> {
  let columns: FieldColumns = {}
  const rows = readCsvObjects(texts, options.delimiter, (names, line) => {
    columns = columnsOf(names, line, options)
  })
  for await (const { line, value } of rows) yield entryOf(line, columns, (column) => value[column], options)
}
