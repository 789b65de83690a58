import { IdentifierTooLong } from '../../base/canonical-identifier.ts'
import type { JsonObject } from '../../base/json.ts'
import type { Connection } from '../../connections/connection.ts'
import { canonicalIn } from '../../connections/identifier-rules.ts'
import { decisionKinds, decision_rows_max, type DecisionKind, type NewDecision } from '../../contract/decision.ts'
import { Refusal } from '../../contract/refusal.ts'
import { readJson } from '../../store/json-column.ts'
import type { Db } from '../../store/tables.ts'
import { csvHeader, csvLine, textOfCell } from '../../users/export/export-fields.ts'
import type { ConnectionKey } from '../find-records.ts'
import { decodeText } from '../directory/formats/decode-text.ts'
import { readCsvRows } from '../directory/formats/read-csv-rows.ts'
import type { WantedDecision } from './check-decisions.ts'
import { columnOf } from './check-members.ts'
import { holdersOf } from './decided-records.ts'
import type { DecisionDetail } from './decision.ts'
import { decidableRecords, type DecidableRecord } from './undecided-records.ts'

/** The columns that say what a row is about, and those that an operator fills in. */
const columns = [
  'record_id',
  'legacy_id',
  'email',
  'username',
  'phone_number',
  'state',
  'reason',
  'detail',
  'same_identifier',
  'decision',
  'new_email',
  'new_username',
  'new_phone_number',
  'alias_of',
  'message',
] as const

const fields = columns.map((name) => ({ name, export_as: name }))
const others_max = 10

/** An identifier in canonical form. None where that form is too long: then no record and no user has it. */
function canonicalOf(connection: Connection, text: string): string[] {
  try {
    return [canonicalIn(connection, text)]
  } catch (error) {
    if (error instanceof IdentifierTooLong) return []
    throw error
  }
}

/** The identifiers of a record in canonical form. */
function identifiersOf(connection: Connection, { email, username, phone_number }: DecidableRecord): string[] {
  const texts = [email, username, phone_number].filter((text): text is string => text !== null && text.trim() !== '')
  return [...new Set(texts.flatMap((text) => canonicalOf(connection, text)))]
}

/** The other records and the users that have an identifier of each record, at most 10 of each. */
async function othersOf(
  db: Db,
  connection: Connection,
  page: readonly DecidableRecord[],
): Promise<(record: DecidableRecord) => string[]> {
  const identifiers = new Set(page.flatMap((record) => identifiersOf(connection, record)))
  const { users, reserved, records } = await holdersOf(db, connection, [...identifiers])
  const holders = Map.groupBy([...users, ...reserved, ...records], ({ identifier }) => identifier)
  return (record) => {
    const own = new Set([record.record_id, `auth0|${record.legacy_id ?? ''}`])
    const found = identifiersOf(connection, record).flatMap((identifier) => holders.get(identifier) ?? [])
    return [...new Set(found.map(({ holder }) => holder))].filter((holder) => !own.has(holder)).slice(0, others_max)
  }
}

const shares_identifier = 'Another user of the directory has the same e-mail address, username or phone number.'

/** Why a record needs a decision or needed one, and what is known of it. */
function reasonOf({ cause, problem, last_outcome, last_error, rehearsed_outcome, rehearsed_detail }: DecidableRecord) {
  const rehearsed =
    rehearsed_detail === null ? null : (readJson<{ message?: string }>(rehearsed_detail).message ?? null)
  if (cause === undefined) {
    return { reason: problem ?? last_outcome ?? rehearsed_outcome, detail: last_error ?? rehearsed }
  }
  if (cause.kind === 'shared') return { reason: cause.cause, detail: shares_identifier }
  return { reason: cause.cause, detail: cause.kind === 'rehearsal' ? rehearsed : last_error }
}

function lineOf(record: DecidableRecord, others: string[]): string {
  const { kind, detail, alias_of, legacy_id, given_legacy_id } = record
  const decided = detail === null ? {} : readJson<DecisionDetail>(detail)
  return csvLine(
    {
      record_id: record.record_id,
      legacy_id: legacy_id ?? given_legacy_id,
      email: record.email,
      username: record.username,
      phone_number: record.phone_number,
      state: record.state,
      ...reasonOf(record),
      same_identifier: others.length === 0 ? null : others.join(' '),
      decision: kind,
      new_email: decided.email ?? null,
      new_username: decided.username ?? null,
      new_phone_number: decided.phone_number ?? null,
      alias_of,
      message: decided.message ?? null,
    },
    fields,
  )
}

/** The CSV file of the records of a connection that need a decision, or of those that have one. */
export async function* writeDecisionFile(
  db: Db,
  connection: Connection,
  { is_decided }: { is_decided: boolean },
): AsyncGenerator<Buffer> {
  yield Buffer.from(csvHeader(fields))
  const of: ConnectionKey = { tenant_id: connection.tenant_id, connection_id: connection.connection_id }
  for await (const page of decidableRecords(db, of, { is_decided })) {
    const others = await othersOf(db, connection, page)
    yield Buffer.from(page.map((record) => lineOf(record, others(record))).join(''))
  }
}

const file_max_bytes = 16 * 1024 * 1024
const utf8_advice = 'save it as CSV in UTF-8'
const required_columns = ['record_id', 'decision']

function malformed(line: number, reason: string): Refusal {
  return new Refusal('invalid_body', { message: `Line ${line}: ${reason}. Nothing was changed.` })
}

async function* withinSize(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of content) {
    bytes += chunk.length
    if (bytes > file_max_bytes) {
      throw new Refusal('file_too_large', { message: `The file is too large: at most ${file_max_bytes} bytes.` })
    }
    yield chunk
  }
}

const isKind = (text: string): text is DecisionKind => (decisionKinds as readonly string[]).includes(text)
const maxima = { email: 254, username: 128, phone_number: 40, alias_of: 64, message: 500 } as const

/** The text of a cell, without the apostrophes before what a spreadsheet would run as a formula; undefined for an empty one. */
function cellOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? textOfCell(value.trim()) : ''
  return text === '' ? undefined : text
}

function decisionOfRow(line: number, row: Record<string, unknown>): NewDecision | undefined {
  const kind = cellOf(row['decision'])?.toLowerCase()
  const filled = {
    email: cellOf(row['new_email']),
    username: cellOf(row['new_username']),
    phone_number: cellOf(row['new_phone_number']),
    alias_of: cellOf(row['alias_of']),
    message: cellOf(row['message']),
  }
  const given = Object.entries(filled).filter(([, text]) => text !== undefined) as [keyof typeof maxima, string][]
  const [first] = given
  if (kind === undefined) {
    if (first) throw malformed(line, 'the column decision is empty, and another column is filled in')
    return undefined
  }
  if (!isKind(kind)) throw malformed(line, `the decision must be one of ${decisionKinds.join(', ')}`)
  const long = given.find(([name, text]) => text.length > maxima[name])
  if (long) throw malformed(line, `${columnOf(long[0])} is longer than ${maxima[long[0]]} characters`)
  return { kind, ...Object.fromEntries(given) }
}

/** The rows of the file as objects. A row may lack its last fields, which spreadsheets leave out where they are empty. */
async function* readRows(content: AsyncIterable<Uint8Array>): AsyncGenerator<{ line: number; value: JsonObject }> {
  let names: readonly string[] | undefined
  for await (const { line, fields } of readCsvRows(
    decodeText(withinSize(content), undefined, utf8_advice),
    undefined,
  )) {
    if (names === undefined) {
      names = fields.map((name) => name.trim())
      const missing = required_columns.find((name) => !names?.includes(name))
      if (missing !== undefined) throw malformed(line, `the column ${missing} is missing`)
      continue
    }
    if (fields.slice(names.length).some((field) => field !== '')) {
      throw malformed(line, `the row has ${fields.length} fields, and the header has ${names.length}`)
    }
    yield { line, value: Object.fromEntries(names.map((name, at) => [name, fields[at] ?? ''])) }
  }
}

/** The decisions of a file; `left_open` are its rows without one. */
export type ReadDecisions = { rows: number; left_open: number; wanted: WantedDecision[] }

/**
 * Reads a file of decisions: CSV with the columns that `writeDecisionFile` writes, in any order, of which only `record_id`, `decision` and the
 * columns of the decision count.
 *
 * @throws {Refusal} `invalid_body` or `malformed_directory_file` with the line, `file_too_large`
 */
export async function readDecisionFile(content: AsyncIterable<Uint8Array>): Promise<ReadDecisions> {
  const read: ReadDecisions = { rows: 0, left_open: 0, wanted: [] }
  for await (const { line, value } of readRows(content)) {
    read.rows += 1
    if (read.rows > decision_rows_max) throw malformed(line, `a file has at most ${decision_rows_max} rows`)
    const record_id = cellOf(value['record_id'])
    const decision = decisionOfRow(line, value)
    if (!decision) read.left_open += 1
    else if (record_id === undefined) throw malformed(line, 'the column record_id is empty')
    else read.wanted.push({ record_id, decision, line })
  }
  return read
}
