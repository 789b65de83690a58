import type { JsonObject } from '../../../base/json.ts'
import { malformedFile, row_max_length, rowTooLong } from './malformed-file.ts'
import type { JsonRow } from './read-json-objects.ts'

type SqlValue = string | null

/** Whether the rows of a table are wanted, by its name and its columns. */
type TableTest = (name: string, columns: readonly string[]) => boolean

/** What the next character belongs to. A statement is read up to its first row; the rows of other tables are skipped. */
type State = 'statement' | 'rows' | 'value' | 'skipped'

const escapes: Record<string, string> = { '0': '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\x1a' }
const insert_form = /^\s*(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO\s+[`"]?(\w+)[`"]?\s*(?:\(([^()]*)\))?\s*VALUES?\s*$/i
const create_form = /^\s*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?[`"]?(\w+)[`"]?\s*\(/i
// The beginning of a statement that is kept: a table has fewer columns.
const statement_max = 64 * 1024
const columns_max = 100_000
// A statement has its rows behind one VALUES; the word may also be the name of a column.
const values_words_max = 4

// Outside of texts these begin or are part of nothing else that is read.
const beginsSomeComment = (character: string): boolean => character === '-' || character === '/'

/** The tables of a dump of MySQL or MariaDB: rows of one of them, with the columns of its CREATE TABLE or of the INSERT. */
class DumpReader {
  #state: State = 'statement'
  #line = 1
  #row_line = 1
  /** The statement so far, with each run of white space as one character, which is added before the next one. */
  #statement = ''
  #blank = ''
  #word = ''
  #values_words = 0
  /** The quotation mark of the text that is open, and whether a backslash precedes the next character. */
  #quote = ''
  #is_escaped = false
  #comment: '' | 'line' | 'block' = ''
  #previous = ''
  #value = ''
  #is_text = false
  #values: SqlValue[] = []
  #length = 0
  /** The columns of each table, by its CREATE TABLE, and those of the rows that are read. */
  #columns = 0
  readonly #created = new Map<string, readonly string[]>()
  #inserted: readonly string[] = []
  readonly #usual: readonly string[]
  readonly #isWanted: TableTest
  constructor(isWanted: TableTest, usual: readonly string[]) {
    this.#isWanted = isWanted
    this.#usual = usual
  }

  *read(text: string): Generator<JsonRow> {
    for (const character of text) {
      if (character === '\n') this.#line += 1
      const row = this.#next(character)
      this.#previous = character
      if (row !== undefined) yield row
    }
  }

  end(): void {
    if (this.#quote === '' && (this.#state === 'statement' || this.#state === 'skipped')) {
      if (this.#statement.trim() === '') return
    }
    throw malformedFile(this.#row_line, 'the file ends inside a statement: it was cut off')
  }

  #next(character: string): JsonRow | undefined {
    if (this.#comment !== '') this.#inComment(character)
    else if (this.#quote !== '') this.#inText(character)
    else if (character === "'" || character === '"' || character === '`') this.#openText(character)
    else if (this.#beginsComment(character)) this.#comment = character === '*' ? 'block' : 'line'
    else if (character === ';') this.#endStatement()
    else if (this.#state === 'statement') this.#inStatement(beginsSomeComment(character) ? '' : character)
    else if (this.#state === 'rows' && character === '(') this.#openRow()
    else if (this.#state === 'value') return this.#inRow(character)
    return undefined
  }

  #beginsComment(character: string): boolean {
    if (this.#state === 'value') return false
    return (
      character === '#' ||
      (this.#previous === '-' && character === '-') ||
      (this.#previous === '/' && character === '*')
    )
  }

  #inComment(character: string): void {
    const ends = this.#comment === 'line' ? character === '\n' : this.#previous === '*' && character === '/'
    if (ends) this.#comment = ''
  }

  #openText(quote: string): void {
    // A quotation mark that is written twice belongs to the text.
    if (this.#state === 'value' && this.#is_text && this.#previous === quote) this.#keep(quote)
    this.#quote = quote
    if (this.#state === 'value') {
      if (!this.#is_text) this.#value = ''
      this.#is_text = true
    } else this.#inStatement(quote)
  }

  #inText(character: string): void {
    if (this.#is_escaped) {
      this.#is_escaped = false
      this.#keep(escapes[character] ?? character)
    } else if (character === '\\' && this.#quote !== '`') this.#is_escaped = true
    else if (character === this.#quote) {
      this.#quote = ''
      if (this.#state === 'statement') this.#inStatement(character)
    } else this.#keep(character)
  }

  #keep(character: string): void {
    if (this.#state === 'statement') this.#inStatement(character)
    if (this.#state !== 'value') return
    this.#length += 1
    if (this.#length > row_max_length) throw rowTooLong(this.#row_line)
    this.#value += character
  }

  #inStatement(character: string): void {
    if (this.#state !== 'statement' || this.#statement.length >= statement_max) return
    if (character.trim() === '') {
      if (this.#statement !== '' && this.#blank !== '\n') this.#blank = character === '\n' ? '\n' : ' '
      return
    }
    if (this.#statement === '') this.#row_line = this.#line
    const insert = character === '(' ? this.#insertOf() : null
    if (insert === null) {
      this.#word = this.#blank === '' && /\w/.test(character) ? (this.#word + character).slice(-8) : character
      this.#statement += this.#blank + character
      this.#blank = ''
      return
    }
    const [, table = '', columns] = insert
    const named = columns?.split(',').map((name) => name.replaceAll(/[`"\s]/g, ''))
    this.#inserted = named ?? this.#created.get(table) ?? this.#usual
    this.#state = this.#isWanted(table, this.#inserted) ? 'rows' : 'skipped'
    if (this.#state === 'rows') this.#openRow()
  }

  /** The parts of an INSERT whose rows begin now. */
  #insertOf(): RegExpExecArray | null {
    if (!/^values?$/i.test(this.#word) || this.#values_words === values_words_max) return null
    this.#values_words += 1
    return insert_form.exec(this.#statement)
  }

  #endStatement(): void {
    const [, table] = create_form.exec(this.#statement) ?? []
    if (this.#state === 'statement' && table !== undefined) {
      const columns = [...this.#statement.matchAll(/^\s*[`"](\w+)[`"]\s/gm)].map(([, name = '']) => name)
      this.#columns += columns.length
      if (this.#columns > columns_max) {
        throw malformedFile(this.#row_line, `the tables of the file have more than ${columns_max} columns`)
      }
      this.#created.set(table, columns)
    }
    this.#state = 'statement'
    this.#statement = this.#blank = this.#word = ''
    this.#values_words = 0
  }

  #openRow(): void {
    this.#state = 'value'
    this.#row_line = this.#line
    this.#values = []
    this.#length = 0
    this.#beginValue()
  }

  #beginValue(): void {
    this.#value = ''
    this.#is_text = false
  }

  #inRow(character: string): JsonRow | undefined {
    if (character !== ',' && character !== ')') {
      if (!this.#is_text) this.#keep(character)
      return undefined
    }
    const plain = this.#value.trim()
    this.#values.push(this.#is_text || plain.toUpperCase() !== 'NULL' ? (this.#is_text ? this.#value : plain) : null)
    this.#beginValue()
    const [values, columns] = [this.#values.length, this.#inserted.length]
    if (values > columns || (character === ')' && values < columns)) {
      const many = values > columns ? `more than ${columns}` : values
      const reason = `the row has ${many} values, and the table ${columns} columns: dump it with its CREATE TABLE`
      throw malformedFile(this.#row_line, reason)
    }
    if (character === ',') return undefined
    this.#state = 'rows'
    const named: JsonObject = {}
    for (const [at, name] of this.#inserted.entries()) named[name] = this.#values[at] ?? null
    return { line: this.#row_line, value: named }
  }
}

/**
 * Reads the rows of a table in a dump of MySQL or MariaDB, as mysqldump and phpMyAdmin write it, with one of them in memory.
 *
 * @param isWanted whether the rows of a table are wanted
 * @param usual its columns where the dump has neither its CREATE TABLE nor names in its INSERT
 * @throws {Refusal} `malformed_directory_file`, also where the file ends inside a statement
 */
export async function* readSqlRows(
  texts: AsyncIterable<string>,
  isWanted: TableTest,
  usual: readonly string[],
): AsyncGenerator<JsonRow> {
  const reader = new DumpReader(isWanted, usual)
  for await (const text of texts) yield* reader.read(text)
  reader.end()
}
