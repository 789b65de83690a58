import { isJsonObject, type JsonObject } from '../../../base/json.ts'
import { malformedFile, row_max_length, rowTooLong } from './malformed-file.ts'

/** An object of a JSON file, and the line at which it begins, from 1. */
export type JsonRow = { line: number; value: JsonObject }

const [quote, backslash, line_feed, colon, comma] = [0x22, 0x5c, 0x0a, 0x3a, 0x2c]
const [open_brace, close_brace, open_bracket, close_bracket] = [0x7b, 0x7d, 0x5b, 0x5d]
const isBlank = (code: number): boolean => code === 0x20 || code === 0x09 || code === line_feed || code === 0x0d
const key_max = 200

// A number of 16 digits or with an exponent, which JSON.parse may round. Other rows are parsed without a function for each value.
const long_number = /[[:,]\s*-?(?:\d{16}|\d[\d.]*e)/i

/** A number that JavaScript cannot hold exactly, as the text of the file has it: rounded, it would be the id of another user. */
function exactNumber(_name: string, value: unknown, { source }: { source?: string } = {}): unknown {
  const is_rounded = typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER
  return is_rounded ? (source ?? value) : value
}

function parseRow(text: string, line: number): JsonRow {
  let value: unknown
  try {
    value = long_number.test(text) ? JSON.parse(text, exactNumber) : JSON.parse(text)
  } catch {
    throw malformedFile(line, 'the row is not valid JSON')
  }
  if (!isJsonObject(value)) throw malformedFile(line, 'the row is not a JSON object')
  return { line, value }
}

/** Finds the rows in the text of a file. Outside of rows only as much is understood as is needed to find them. */
class ObjectScanner {
  #line = 1
  #depth = 0
  /** The depth at which rows are: in their array, or 0 for objects one after the other. Undefined outside of an array of rows. */
  #rows_depth: number | undefined
  #needs_comma = false
  #has_rows = false
  #in_string = false
  #is_escaped = false
  /** The last string of an object that is no row, and the member whose value follows. */
  #string = ''
  #key: string | undefined
  #row: { line: number; pieces: string[]; length: number } | undefined
  readonly #member: string | undefined
  constructor(member: string | undefined) {
    this.#member = member
    this.#rows_depth = member === undefined ? 0 : undefined
  }

  *scan(text: string): Generator<JsonRow> {
    let start = 0
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      if (this.#in_string && code === line_feed && this.#row) {
        throw malformedFile(this.#row.line, 'the row is not valid JSON: a quotation mark in it is not closed')
      }
      if (code === line_feed) this.#line += 1
      if (this.#in_string) this.#inString(code, text, at)
      else if (code === quote) this.#openString()
      else if (code === open_brace || code === open_bracket) {
        if (this.#open(code)) start = at
      } else if (code === close_brace || code === close_bracket) {
        this.#depth -= 1
        if (this.#row === undefined) this.#close()
        else if (this.#depth === this.#rows_depth) yield this.#endRow(text.slice(start, at + 1))
      } else if (this.#row === undefined && !isBlank(code)) this.#between(code)
    }
    if (this.#row) this.#keep(text.slice(start))
  }

  end(): void {
    if (this.#depth === 0 && !this.#in_string) return
    if (!this.#row) throw malformedFile(this.#line, 'the file ends before its last bracket is closed: it was cut off')
    // Lines may follow the one that is broken: what they have counts as part of its row.
    throw malformedFile(
      this.#row.line,
      'the file ends inside this row: it was cut off, or a bracket or a quotation mark of the row is not closed',
    )
  }

  #inString(code: number, text: string, at: number): void {
    if (this.#is_escaped) this.#is_escaped = false
    else if (code === backslash) this.#is_escaped = true
    else if (code === quote) {
      this.#in_string = false
      return
    }
    if (this.#row === undefined && this.#string.length < key_max) this.#string += text.charAt(at)
  }

  #openString(): void {
    if (this.#row === undefined && this.#depth === this.#rows_depth) throw this.#unexpected()
    this.#in_string = true
    this.#string = ''
  }

  /** Whether a row begins. */
  #open(code: number): boolean {
    const depth = this.#depth
    this.#depth += 1
    if (this.#row) return false
    const is_array = code === open_bracket
    // The rows are in an array of the file, or in the member of an object that names them.
    const is_array_of_rows = is_array && (depth === 0 || (depth === 1 && this.#key === this.#member))
    if (is_array_of_rows && (this.#rows_depth ?? 0) === 0) {
      this.#rows_depth = depth + 1
      this.#needs_comma = false
      this.#has_rows = true
      return false
    }
    if (depth !== this.#rows_depth) return false
    if (is_array || this.#needs_comma) throw this.#unexpected()
    this.#row = { line: this.#line, pieces: [], length: 0 }
    return true
  }

  #close(): void {
    if (this.#depth < 0) throw this.#unexpected()
    if (this.#rows_depth !== undefined && this.#depth < this.#rows_depth) {
      this.#rows_depth = this.#member === undefined ? 0 : undefined
    }
    if (this.#depth > 0) return
    if (!this.#has_rows) throw malformedFile(this.#line, `the object has no array ${this.#member}`)
    this.#has_rows = false
  }

  /** Reads a character between values that is neither a bracket nor a quotation mark. */
  #between(code: number): void {
    if (this.#depth === 0) throw this.#unexpected()
    if (this.#depth === this.#rows_depth) {
      if (code !== comma || !this.#needs_comma) throw this.#unexpected()
      this.#needs_comma = false
    } else if (this.#depth === 1 && code === colon) this.#key = this.#string
    else if (this.#depth === 1 && code === comma) this.#key = undefined
  }

  #keep(piece: string): void {
    if (!this.#row) return
    this.#row.length += piece.length
    if (this.#row.length > row_max_length) throw rowTooLong(this.#row.line)
    this.#row.pieces.push(piece)
  }

  #endRow(piece: string): JsonRow {
    this.#keep(piece)
    const { line = this.#line, pieces = [] } = this.#row ?? {}
    this.#row = undefined
    this.#needs_comma = this.#rows_depth !== 0
    return parseRow(pieces.join(''), line)
  }

  #unexpected() {
    const form =
      this.#member === undefined ? 'or JSON objects one after the other' : `or an object with ${this.#member}`
    return malformedFile(this.#line, `the file must be an array of JSON objects ${form}`)
  }
}

/**
 * Finds the objects of a JSON file as it arrives, with one of them in memory: those of an array, those one after the other (NDJSON), or
 * those of the array that is a member of an object. Several files of one kind may follow each other. A number that JavaScript cannot hold
 * exactly becomes a text of its digits.
 *
 * @param member the name of the member; undefined: the file has no object around its rows
 * @throws {Refusal} `malformed_directory_file`, also where the file was cut off
 */
export async function* readJsonObjects(texts: AsyncIterable<string>, member?: string): AsyncGenerator<JsonRow> {
  const scanner = new ObjectScanner(member)
  for await (const text of texts) yield* scanner.scan(text)
  scanner.end()
}
