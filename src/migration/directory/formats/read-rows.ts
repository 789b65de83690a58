import type { DirectoryFormatOptions } from '../../../contract/directory-format.ts'
import { startText } from './decode-text.ts'
import { readCsvObjects } from './read-csv-objects.ts'
import { readJsonObjects, type JsonRow } from './read-json-objects.ts'

/**
 * Reads a file that a product exports as JSON or as CSV, whichever it is.
 *
 * @param member the name of the member that has the rows, where the product puts an object around them
 * @throws {Refusal} `malformed_directory_file`
 */
export async function* readRows(
  texts: AsyncIterable<string>,
  { delimiter }: DirectoryFormatOptions,
  member?: string,
): AsyncGenerator<JsonRow> {
  const started = await startText(texts)
  const is_json = started.first === '{' || started.first === '['
  yield* is_json ? readJsonObjects(started.texts, member) : readCsvObjects(started.texts, delimiter)
}
