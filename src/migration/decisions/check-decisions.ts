import type { Connection } from '../../connections/connection.ts'
import type { NewDecision } from '../../contract/decision.ts'
import type { ProblemCode } from '../../contract/problems.ts'
import type { RecordDecisionsTable, Transaction } from '../../store/tables.ts'
import { columnOf, memberProblem } from './check-members.ts'
import {
  canBeKept,
  decisionsAround,
  holdersOf,
  identifiersToReserve,
  recordsToDecide,
  type RecordToDecide,
} from './decided-records.ts'

/** A decision to make. `line` is the line of its row in a file. */
export type WantedDecision = { record_id: string; decision: NewDecision; line?: number }

/** A decision that can be made, with what it needs. */
export type CheckedDecision = WantedDecision & {
  record: RecordToDecide
  /** The identifiers to reserve, in canonical form. */
  reserves: string[]
  /** The record of the same person, of an alias. */
  target: RecordToDecide | undefined
}

/** Why a decision cannot be made. The message is a sentence without a full stop. */
export type DecisionProblem = {
  wanted: WantedDecision
  code: Extract<ProblemCode, 'inexistent_migration_record' | 'invalid_body' | 'decision_is_final' | 'decision_refused'>
  message: string
}

type Known = {
  records: ReadonlyMap<string, RecordToDecide>
  /** The kinds of the decisions that will hold, by record. */
  kinds: ReadonlyMap<string, string>
  /** The records that will be aliases of a record. */
  aliases_of: ReadonlyMap<string, string>
}

const own_decision = new Set(['rename', 'alias', 'exclude'])

function aliasProblem({ records, kinds }: Known, alias_of: string): string | undefined {
  const target = records.get(alias_of)
  if (!target) return `alias_of: the record ${alias_of} does not exist`
  if (target.legacy_id === null) return `alias_of: the record ${alias_of} has no legacy id`
  if (target.state === 'deleted') return `alias_of: the user of the record ${alias_of} was deleted`
  const kind = kinds.get(alias_of) ?? ''
  return own_decision.has(kind) ? `alias_of: the record ${alias_of} has the decision ${kind}` : undefined
}

/** Why one decision cannot be made, apart from identifiers. */
function problemOf(
  connection: Connection,
  known: Known,
  { record_id, decision, line }: WantedDecision,
): Omit<DecisionProblem, 'wanted'> | undefined {
  const record = known.records.get(record_id)
  if (!record) return { code: 'inexistent_migration_record', message: `the record ${record_id} does not exist` }
  const invalid = memberProblem(connection, record_id, decision, line === undefined ? (member) => member : columnOf)
  if (invalid !== undefined) return { code: 'invalid_body', message: invalid }
  if (record.state === 'migrated' || record.state === 'deleted') {
    return { code: 'decision_is_final', message: `the user has moved or was deleted: the record is ${record.state}` }
  }
  const alias = known.aliases_of.get(record_id)
  if (alias !== undefined && own_decision.has(decision.kind)) {
    return { code: 'decision_refused', message: `the record ${alias} is an alias of this one` }
  }
  const alias_problem = decision.alias_of === undefined ? undefined : aliasProblem(known, decision.alias_of)
  if (alias_problem !== undefined) return { code: 'decision_refused', message: alias_problem }
  if (decision.kind === 'alias' && record.legacy_id === null) {
    return { code: 'decision_refused', message: 'alias needs a record with a legacy id' }
  }
  if (decision.kind === 'keep' && !canBeKept(connection, record)) {
    const message = 'keep cannot help: no login is possible as this user, who has no valid identifier to keep'
    return { code: 'decision_refused', message }
  }
  return undefined
}

function knownOf(
  wanted: readonly WantedDecision[],
  records: ReadonlyMap<string, RecordToDecide>,
  present: readonly RecordDecisionsTable[],
): Known {
  const replaced = new Set(wanted.map(({ record_id }) => record_id))
  const kept = present.filter(({ record_id }) => !replaced.has(record_id))
  const kinds = new Map(kept.map(({ record_id, kind }) => [record_id, kind]))
  const aliases_of = new Map(
    kept.flatMap(({ record_id, alias_of }) => (alias_of === null ? [] : [[alias_of, record_id]])),
  )
  for (const { record_id, decision } of wanted) {
    kinds.set(record_id, decision.kind)
    if (decision.alias_of !== undefined) aliases_of.set(decision.alias_of, record_id)
  }
  return { records, kinds, aliases_of }
}

const refused = (wanted: WantedDecision, message: string): DecisionProblem => ({
  wanted,
  code: 'decision_refused',
  message,
})

// By the legacy id, too: the operator knows the users of the legacy store by it.
const nameOf = ({ record_id, legacy_id }: Pick<RecordToDecide, 'record_id' | 'legacy_id'>): string =>
  legacy_id === null ? record_id : `${record_id} (legacy id ${legacy_id})`

/** The problems of the identifiers that decisions reserve: another user or legacy user has one, or two decisions reserve the same. */
async function identifierProblems(
  trx: Transaction,
  connection: Connection,
  { kinds }: Known,
  checked: readonly CheckedDecision[],
): Promise<DecisionProblem[]> {
  const deciders = new Map<string, CheckedDecision>()
  const problems: DecisionProblem[] = []
  for (const each of checked) {
    for (const identifier of each.reserves) {
      const before = deciders.get(identifier)
      if (before && before.record_id !== each.record_id) {
        problems.push(refused(each, `the record ${nameOf(before.record)} is to get the same identifier`))
      } else deciders.set(identifier, each)
    }
  }
  const holders = await holdersOf(trx, connection, [...deciders.keys()])
  type Holders = typeof holders.users
  const heldByOthers = (held: Holders, isOther: (holder: string, wanted: CheckedDecision) => boolean) =>
    held.flatMap(({ identifier, holder }) => {
      const wanted = deciders.get(identifier)
      return wanted && isOther(holder, wanted) ? [{ wanted, holder }] : []
    })
  const users = heldByOthers(holders.users, (holder, { record }) => holder !== `auth0|${record.legacy_id ?? ''}`)
  // Reservations of records in the same file are replaced.
  const reserved = heldByOthers(holders.reserved, (holder, { record_id }) => holder !== record_id)
  const records = heldByOthers(
    holders.records,
    (holder, { record_id, decision }) =>
      decision.kind === 'rename' && holder !== record_id && !own_decision.has(kinds.get(holder) ?? ''),
  )
  const of_holders = [...new Set([...reserved, ...records].map(({ holder }) => holder))]
  const found = await recordsToDecide(trx, connection, of_holders)
  const recordOf = (record_id: string): string => nameOf(found.get(record_id) ?? { record_id, legacy_id: null })
  for (const { wanted, holder } of users) problems.push(refused(wanted, `the user ${holder} has the identifier`))
  for (const { wanted, holder } of reserved) {
    problems.push(refused(wanted, `a decision reserves the identifier for the record ${recordOf(holder)}`))
  }
  for (const { wanted, holder } of records) {
    problems.push(refused(wanted, `the legacy user of the record ${recordOf(holder)} has the identifier`))
  }
  return problems
}

/**
 * Checks decisions against the store and against each other, in the transaction that makes them, once the earlier decisions on the same records
 * were taken out. `problems`: at most one for each.
 *
 * @param held the records of other decisions that hold with these
 */
export async function checkDecisions(
  trx: Transaction,
  connection: Connection,
  wanted: readonly WantedDecision[],
  held: readonly string[],
): Promise<{ checked: CheckedDecision[]; problems: DecisionProblem[] }> {
  const ids = wanted.map(({ record_id }) => record_id)
  const targets = wanted.flatMap(({ decision }) => decision.alias_of ?? [])
  const all_ids = [...new Set([...ids, ...targets])]
  const records = await recordsToDecide(trx, connection, all_ids)
  const known = knownOf(wanted, records, await decisionsAround(trx, connection, [...all_ids, ...held]))
  const problems: DecisionProblem[] = []
  const checked: CheckedDecision[] = []
  const seen = new Set<string>()
  for (const each of wanted) {
    const problem = seen.has(each.record_id)
      ? ({ code: 'decision_refused', message: 'another row decides about the same record' } as const)
      : problemOf(connection, known, each)
    seen.add(each.record_id)
    const record = records.get(each.record_id)
    if (problem || !record) {
      if (problem) problems.push({ wanted: each, ...problem })
      continue
    }
    const { alias_of } = each.decision
    const target = alias_of === undefined ? undefined : records.get(alias_of)
    checked.push({ ...each, record, target, reserves: identifiersToReserve(connection, record, each.decision) })
  }
  problems.push(...(await identifierProblems(trx, connection, known, checked)))
  return { checked, problems }
}
