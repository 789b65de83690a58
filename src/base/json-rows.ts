/** Where a reader of rows stands: the next row begins at `offset` or after it. A reader that starts at a position reads the rows after it. */
export type RowPosition = {
  /** `array`: one JSON array; `lines`: one JSON value per line; null before the first character. */
  format: 'array' | 'lines' | null
  /** Bytes before the position. */
  offset: number
  /** The line, from 1. */
  line: number
  /** Rows before the position. */
  rows: number
}

/** A row of a file: its place, and its text, or null where it is longer than the limit. `after` is the position behind the row. */
export type JsonRow = { line: number; text: Buffer | null; after: RowPosition }

/** The position at the beginning of a file. */
export const first_position: RowPosition = { format: null, offset: 0, line: 1, rows: 0 }

/** A file that is neither a JSON array nor one JSON value per line. The message names the line. */
export class RowsMalformed extends Error {
  constructor(line: number, problem: string) {
    super(`Line ${line}: ${problem}.`)
    this.name = 'RowsMalformed'
  }
}

const newline = 0x0a
const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const byte_order_mark = [0xef, 0xbb, 0xbf]
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === newline || byte === 0x0d
const opens = (byte: number): boolean => byte === 0x7b || byte === 0x5b
const closes = (byte: number): boolean => byte === 0x7d || byte === 0x5d

/** The text of the current row, of which at most `max_bytes` are kept. */
class RowText {
  #pieces: Uint8Array[] = []
  #length = 0
  readonly #max_bytes: number
  constructor(max_bytes: number) {
    this.#max_bytes = max_bytes
  }

  add(piece: Uint8Array): void {
    this.#length += piece.length
    if (this.#length <= this.#max_bytes) this.#pieces.push(piece)
    else this.#pieces = []
  }

  /** The text, or null where it is too long; the next row begins. */
  take(): Buffer | null {
    const text = this.#length > this.#max_bytes ? null : Buffer.concat(this.#pieces)
    this.#pieces = []
    this.#length = 0
    return text
  }
}

/** What the reader of an array expects next. In a value: the depth of its brackets, and whether the byte is in a string. */
type ArrayState = {
  expects: 'start' | 'value' | 'rest' | 'separator' | 'nothing'
  depth: number
  in_string: boolean
  escaped: boolean
  /** Whether a value must follow: after a comma. */
  is_open: boolean
}

/** Whether the value that the byte belongs to ends before it (`before`), with it (`with`), or later. */
function endOfValue(state: ArrayState, byte: number): 'before' | 'with' | undefined {
  if (state.in_string) {
    if (state.escaped) state.escaped = false
    else if (byte === backslash) state.escaped = true
    else if (byte === quote) state.in_string = false
    return !state.in_string && state.depth === 0 ? 'with' : undefined
  }
  if (byte === quote) {
    state.in_string = true
    return undefined
  }
  if (opens(byte)) state.depth += 1
  else if (state.depth > 0) {
    if (!closes(byte)) return undefined
    state.depth -= 1
    return state.depth === 0 ? 'with' : undefined
  } else if (byte === comma || closes(byte) || isBlank(byte)) return 'before'
  return undefined
}

/** Applies a byte between two values. @throws {RowsMalformed} */
function betweenValues(state: ArrayState, byte: number, line: number): 'begins' | undefined {
  if (isBlank(byte)) return undefined
  if (state.expects === 'start') state.expects = 'value'
  else if (state.expects === 'nothing') throw new RowsMalformed(line, 'nothing may follow the end of the array')
  else if (byte === 0x5d && !state.is_open) state.expects = 'nothing'
  else if (state.expects === 'separator') {
    if (byte !== comma) throw new RowsMalformed(line, 'a comma or ] must follow a row')
    Object.assign(state, { expects: 'value', is_open: true })
  } else if (byte === comma || closes(byte)) throw new RowsMalformed(line, 'a row is missing')
  else {
    Object.assign(state, { expects: 'rest', depth: 0, in_string: false, escaped: false, is_open: false })
    return 'begins'
  }
  return undefined
}

type Reading = { position: RowPosition; text: RowText; row_line: number; array: ArrayState }

function* readArray(reading: Reading, chunk: Uint8Array): Generator<JsonRow> {
  const { position, text, array } = reading
  const base = position.offset
  let row_start = array.expects === 'rest' ? 0 : -1
  for (let index = 0; index < chunk.length; index += 1) {
    const byte = chunk[index] ?? 0
    if (array.expects === 'rest') {
      const end = endOfValue(array, byte)
      if (end !== undefined) {
        const after = end === 'with' ? index + 1 : index
        text.add(chunk.subarray(row_start, after))
        array.expects = 'separator'
        row_start = -1
        position.rows += 1
        yield { line: reading.row_line, text: text.take(), after: { ...position, offset: base + after } }
        if (end === 'before') betweenValues(array, byte, position.line)
      }
    } else if (betweenValues(array, byte, position.line) === 'begins') {
      row_start = index
      reading.row_line = position.line
      endOfValue(array, byte)
    }
    if (byte === newline) position.line += 1
  }
  if (row_start >= 0) text.add(chunk.subarray(row_start))
  position.offset = base + chunk.length
}

function* readLines(reading: Reading, chunk: Uint8Array): Generator<JsonRow> {
  const { position, text } = reading
  const base = position.offset
  let start = 0
  for (;;) {
    const end = chunk.indexOf(newline, start)
    if (end < 0) break
    text.add(chunk.subarray(start, end))
    yield* lineOf(reading, base + end + 1)
    position.line += 1
    start = end + 1
  }
  text.add(chunk.subarray(start))
  position.offset = base + chunk.length
}

/** The row of a line that ends before `offset`; none for a blank line. */
function* lineOf({ position, text }: Reading, offset: number): Generator<JsonRow> {
  const { line } = position
  const read = text.take()
  if (read !== null && read.every(isBlank)) return
  position.rows += 1
  yield { line, text: read, after: { ...position, offset, line: line + 1 } }
}

/** Skips a byte-order mark and white space, and finds the format. Returns the rest of the chunk. @throws {RowsMalformed} */
function readStart({ position }: Reading, chunk: Uint8Array): Uint8Array {
  let index = 0
  if (position.offset === 0 && byte_order_mark.every((byte, nth) => chunk[nth] === byte)) index = 3
  for (; index < chunk.length; index += 1) {
    const byte = chunk[index] ?? 0
    if (byte === newline) position.line += 1
    if (isBlank(byte)) continue
    if (!opens(byte))
      throw new RowsMalformed(position.line, 'the file must be a JSON array or have a JSON object per line')
    position.format = byte === 0x5b ? 'array' : 'lines'
    break
  }
  position.offset += index
  return chunk.subarray(index)
}

/** @throws {RowsMalformed} where the file ended inside the array */
function* readEnd(reading: Reading): Generator<JsonRow> {
  const { position, array } = reading
  if (position.format === null) throw new RowsMalformed(position.line, 'the file is empty')
  if (position.format === 'lines') yield* lineOf(reading, position.offset)
  else if (array.expects !== 'nothing') {
    throw new RowsMalformed(position.line, 'the file ends inside the array: it was cut off')
  }
}

/**
 * Splits a file into its rows, which are the values of one JSON array or the lines of newline-delimited JSON, and keeps no more than one of
 * them in memory. The values are not parsed. A byte-order mark, blank lines and white space are skipped.
 *
 * @param chunks the bytes of the file behind `from`
 * @param max_bytes the longest row; a longer one is skipped, with the text null
 * @throws {RowsMalformed} where the file is in neither format, or ends inside the array
 */
export async function* readJsonRows(
  chunks: AsyncIterable<Uint8Array>,
  from: RowPosition,
  max_bytes: number,
): AsyncGenerator<JsonRow> {
  const expects = from.rows > 0 ? 'separator' : 'start'
  const reading: Reading = {
    position: { ...from },
    text: new RowText(max_bytes),
    row_line: from.line,
    array: { expects, depth: 0, in_string: false, escaped: false, is_open: false },
  }
  for await (const chunk of chunks) {
    const rest = reading.position.format === null ? readStart(reading, chunk) : chunk
    if (reading.position.format === 'array') yield* readArray(reading, rest)
    else if (reading.position.format === 'lines') yield* readLines(reading, rest)
  }
  yield* readEnd(reading)
}
