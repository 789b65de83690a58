import type { Connection } from '../../connections/connection.ts'
import type { DirectoryProblem } from '../../contract/directory-problems.ts'
import type { MigrationState } from '../../contract/outcomes.ts'
import { readJson } from '../../store/json-column.ts'
import type { DirectoryRowsTable, DirectoryStagedRowsTable, MigrationRecordsTable } from '../../store/tables.ts'
import { identifiersOf, type Known } from './known-rows.ts'
import { id_problems, idOfKey, problem_texts, type RowFacts } from './read-row.ts'

/** A staged row as it is applied. */
export type AppliedRow = Omit<DirectoryStagedRowsTable, 'facts'> & {
  facts: RowFacts
  problem: DirectoryProblem | null
  identifiers: string[]
}

/** A staged row, the record of its user where there is one, and the columns that both get. */
export type PlannedRow = {
  staged: AppliedRow
  record: MigrationRecordsTable | undefined
  row: DirectoryRowsTable | undefined
  /** The record after the load. `is_untried`: only loads have said anything of it. */
  state: MigrationState
  legacy_id: string | null
  is_untried: boolean
  /** The columns of the row, without its key and what a rehearsal wrote. */
  columns: RowColumns
}

/** The columns of a directory row that a load writes. */
export type RowColumns = Omit<DirectoryRowsTable, 'tenant_id' | 'connection_id' | 'record_id' | `rehears${string}`>

/** Reads a staged row. `is_repeated`: whether another row of the load has its id. */
export function appliedRow(staged: DirectoryStagedRowsTable, connection: Connection, is_repeated: boolean): AppliedRow {
  const facts = readJson<RowFacts>(staged.facts)
  const problem = is_repeated && idOfKey(staged.row_key) !== undefined ? 'repeated_id' : facts.problem
  return { ...staged, facts, problem, identifiers: identifiersOf(facts, connection.options) }
}

/** Whether only loads have said anything of a record: it is `unseen`, or refused because of its row. */
export function isUntried(record: MigrationRecordsTable, row: DirectoryRowsTable | undefined): boolean {
  if (record.state === 'unseen') return true
  const is_refused = record.state === 'refused' && record.last_outcome === 'profile_refused'
  return is_refused && record.fingerprints === '{}' && row !== undefined && row.problem !== null
}

/** Chooses the record of each row, each record once. */
class Claims {
  readonly #claimed = new Set<string>()
  readonly #known: Known
  readonly #load_id: string
  constructor(known: Known, load_id: string) {
    this.#known = known
    this.#load_id = load_id
  }

  /** Whether no row of this load has the record yet. */
  #isFree(record_id: string): boolean {
    return !this.#claimed.has(record_id) && this.#known.rows.get(record_id)?.load_id !== this.#load_id
  }

  /** The record that an earlier load made of a row with this key, best one with the same address and username. */
  #byKey({ row_key, facts }: AppliedRow): MigrationRecordsTable | undefined {
    const { rows_by_key, of_other_rows } = this.#known
    const rows = (rows_by_key.get(row_key) ?? []).filter(
      ({ record_id }) => this.#isFree(record_id) && !of_other_rows.has(record_id),
    )
    const same = rows.find(({ email, username }) => email === facts.email && username === facts.username)
    const row = same ?? rows[0]
    return row && this.#known.records.get(row.record_id)
  }

  #byLegacyId({ row_key }: AppliedRow): MigrationRecordsTable | undefined {
    const record = this.#known.by_legacy_id.get(idOfKey(row_key) ?? '')
    return record && this.#isFree(record.record_id) ? record : undefined
  }

  /** A record without a legacy id under one of the identifiers: it belongs to the same user, and a user has one record. */
  #byIdentifier({ row_key, identifiers }: AppliedRow): MigrationRecordsTable | undefined {
    const has_id = idOfKey(row_key) !== undefined
    for (const identifier of identifiers) {
      const record = this.#known.records.get(this.#known.holders.get(identifier) ?? '')
      if (!record || record.legacy_id !== null || record.state === 'deleted' || !this.#isFree(record.record_id))
        continue
      if (has_id || !this.#known.rows.has(record.record_id)) return record
    }
    return undefined
  }

  take(staged: AppliedRow): MigrationRecordsTable | undefined {
    const by_id = staged.problem === 'repeated_id' ? undefined : this.#byLegacyId(staged)
    const record = by_id ?? this.#byKey(staged) ?? this.#byLegacyId(staged) ?? this.#byIdentifier(staged)
    if (record) this.#claimed.add(record.record_id)
    return record
  }
}

function columnsOf(
  { row_key, digest, hash, profile, facts, problem, load_id }: AppliedRow,
  state: MigrationState | undefined,
): RowColumns {
  // Of a user who has moved or was deleted nothing is kept that only an import needs.
  const is_final = state === 'migrated' || state === 'deleted'
  return {
    ...facts,
    row_key,
    digest,
    load_id,
    problem: is_final ? null : problem,
    hash: is_final ? null : hash,
    has_hash: is_final ? 0 : facts.has_hash,
    profile: is_final ? null : profile,
    gone_at: null,
  }
}

function planRow(staged: AppliedRow, known: Known, record: MigrationRecordsTable | undefined): PlannedRow {
  const row = record && known.rows.get(record.record_id)
  const is_untried = record === undefined || isUntried(record, row)
  const has_id = staged.problem === null || !id_problems.has(staged.problem)
  const id = has_id ? (idOfKey(staged.row_key) ?? null) : null
  return {
    staged,
    record,
    row,
    is_untried,
    state: is_untried ? (staged.problem === null ? 'unseen' : 'refused') : (record.state as MigrationState),
    legacy_id: is_untried ? id : (record.legacy_id ?? id),
    columns: columnsOf(staged, record?.state as MigrationState | undefined),
  }
}

/** Decides which record each staged row belongs to, and what becomes of it. Nothing is written. */
export function planRows(staged: readonly AppliedRow[], known: Known, load_id: string): PlannedRow[] {
  const claims = new Claims(known, load_id)
  return staged.map((each) => planRow(each, known, claims.take(each)))
}

/** Whether a load writes nothing of a record but that it names the user. */
export function isUnchanged({ record, row, state, legacy_id, columns }: PlannedRow): boolean {
  return (
    record !== undefined &&
    row !== undefined &&
    record.state === state &&
    record.legacy_id === legacy_id &&
    row.digest === columns.digest &&
    row.row_key === columns.row_key &&
    row.problem === columns.problem &&
    row.has_hash === columns.has_hash
  )
}

/** The columns of a record that only loads have said anything of. */
export function recordColumns({ staged: { facts, problem }, state, legacy_id }: PlannedRow, at: number) {
  return {
    legacy_id,
    email: facts.email?.toLowerCase() ?? null,
    username: facts.username?.toLowerCase() ?? null,
    state,
    last_outcome: problem === null ? null : 'profile_refused',
    last_outcome_at: problem === null ? null : at,
    last_error: problem === null ? null : problem_texts[problem],
    updated_at: at,
  }
}
