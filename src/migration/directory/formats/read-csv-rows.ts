import { malformedFile, row_max_length, rowTooLong } from './malformed-file.ts'

/** A row of a CSV file: the line at which it begins, from 1, and its fields. */
export type CsvRow = { line: number; fields: string[] }

const delimiters = [',', ';', '\t', '|'] as const
const fields_max = 1000
const quote = 0x22
const line_feed = 0x0a
const carriage_return = 0x0d

/** What the next character belongs to. `closed`: the quotation mark before it closed the field, or is the first of two. */
type State = 'start' | 'plain' | 'quoted' | 'closed'

/** Splits the text of a CSV file into rows. A row that is not whole stays until the rest of it arrives. */
class RowReader {
  #state: State = 'start'
  #line = 1
  #row_line = 1
  #field = ''
  #fields: string[] = []
  #length = 0
  #is_after_return = false
  readonly #delimiter: number
  constructor(delimiter: string, line: number) {
    this.#delimiter = delimiter.charCodeAt(0)
    this.#line = line
    this.#row_line = line
  }

  *read(text: string): Generator<CsvRow> {
    let start = 0
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      const ends_pair = code === line_feed && this.#is_after_return
      this.#is_after_return = code === carriage_return
      if (ends_pair && this.#state === 'start' && this.#fields.length === 0) {
        start = at + 1
        continue
      }
      if ((code === line_feed && !ends_pair) || code === carriage_return) this.#line += 1
      if (this.#state === 'quoted') {
        if (code !== quote) continue
        this.#keep(text.slice(start, at))
        this.#state = 'closed'
        start = at + 1
      } else if (code === quote && this.#state !== 'plain') {
        // The first of a field opens it; after another it is a quotation mark of the text.
        if (this.#state === 'closed') this.#keep('"')
        this.#state = 'quoted'
        start = at + 1
      } else if (code === this.#delimiter || code === line_feed || code === carriage_return) {
        this.#endField(text.slice(start, at))
        start = at + 1
        if (code !== this.#delimiter) yield* this.#endRow()
      } else if (this.#state === 'closed') {
        throw malformedFile(this.#line, 'a character follows the quotation mark that closed a field')
      } else this.#state = 'plain'
    }
    this.#keep(text.slice(start))
  }

  *end(): Generator<CsvRow> {
    if (this.#state === 'quoted') {
      throw malformedFile(this.#row_line, 'the file ends inside a quoted field of this row: it was cut off')
    }
    if (this.#state === 'start' && this.#fields.length === 0) return
    this.#endField('')
    yield* this.#endRow()
  }

  #keep(piece: string): void {
    this.#length += piece.length
    if (this.#length > row_max_length) throw rowTooLong(this.#row_line)
    this.#field += piece
  }

  #endField(piece: string): void {
    this.#keep(piece)
    if (this.#fields.length === fields_max) {
      throw malformedFile(this.#row_line, `the row has more than ${fields_max} fields`)
    }
    this.#fields.push(this.#field)
    this.#field = ''
    this.#state = 'start'
  }

  /** A blank line is no row. */
  *#endRow(): Generator<CsvRow> {
    const fields = this.#fields
    if (fields.length > 1 || fields[0] !== '') yield { line: this.#row_line, fields }
    this.#fields = []
    this.#length = 0
    this.#row_line = this.#line
  }
}

/** The delimiter that the first line has most of, outside quotation marks. */
function delimiterOf(line: string): string {
  const plain = line.replaceAll(/"[^"]*"/g, '')
  const counted = delimiters.map((delimiter) => ({ delimiter, count: plain.split(delimiter).length }))
  return counted.reduce((most, each) => (each.count > most.count ? each : most)).delimiter
}

/** Whether a text has a whole line that is not blank, and a character after it: a line feed that belongs to its end is there. */
function hasFirstLine(text: string): boolean {
  const start = text.search(/\S/)
  if (start < 0) return false
  const end = text.slice(start).search(/[\r\n]/)
  return end >= 0 && start + end + 1 < text.length
}

/**
 * Splits a CSV file into rows (RFC 4180): the delimiter is a comma, a semicolon, a tab or `|`, lines end with CRLF, LF or CR, and a field in
 * quotation marks may have line ends. Blank lines are skipped, and so is the line `sep=;` of Excel.
 *
 * @param delimiter recognised by the first line where it is undefined
 * @throws {Refusal} `malformed_directory_file`, also where the file ends inside a quoted field
 */
export async function* readCsvRows(
  texts: AsyncIterable<string>,
  delimiter: string | undefined,
): AsyncGenerator<CsvRow> {
  let reader: RowReader | undefined
  let head = ''
  const begin = (): RowReader => {
    const [, named, ending = ''] = /^sep=(.)(\r\n|\n|\r|$)/.exec(head) ?? []
    if (named !== undefined) head = head.slice(5 + ending.length)
    const chosen = delimiter ?? named ?? delimiterOf(/^[^\r\n]*/.exec(head.trimStart())?.[0] ?? '')
    return new RowReader(chosen, named === undefined ? 1 : 2)
  }
  for await (const text of texts) {
    if (reader !== undefined) {
      yield* reader.read(text)
      continue
    }
    head += text
    if (head.length > row_max_length) throw rowTooLong(1)
    if (!hasFirstLine(head)) continue
    reader = begin()
    yield* reader.read(head)
  }
  if (reader === undefined) {
    reader = begin()
    yield* reader.read(head)
  }
  yield* reader.end()
}
