/**
 * Formats: read the export files of legacy directories into entries. They know no store and no connection: what an entry becomes is decided
 * by the load.
 */
import { Refusal } from '../../../contract/refusal.ts'

/** The longest row of a file, in characters. */
export const row_max_length = 1024 * 1024

/** The refusal of a file that is not in its format, with the line. The reason is the rest of the sentence and has no value of the file. */
export function malformedFile(line: number, reason: string): Refusal {
  return new Refusal('malformed_directory_file', { message: `Line ${line}: ${reason}.` })
}

/** The refusal of a row that is longer than 1,048,576 characters. */
export function rowTooLong(line: number): Refusal {
  const reason = `the row is longer than ${row_max_length} characters, or a quotation mark in it is not closed`
  return malformedFile(line, reason)
}
