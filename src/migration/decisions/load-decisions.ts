import type { Clock } from '../../base/clock.ts'
import type { Connection } from '../../connections/connection.ts'
import { decisionKinds, type DecisionKind } from '../../contract/decision.ts'
import { Refusal } from '../../contract/refusal.ts'
import type { Db } from '../../store/tables.ts'
import type { DecisionProblem } from './check-decisions.ts'
import { decideRecords } from './decide-records.ts'
import { readDecisionFile } from './decision-file.ts'

/** What became of a file of decisions. */
export type LoadedDecisions = { rows: number; decided: Record<DecisionKind, number>; left_open: number }

const shown_problems_max = 20

function refusalOf(problems: readonly DecisionProblem[]): Refusal {
  const shown = problems
    .slice(0, shown_problems_max)
    .map(({ wanted, message }) => `line ${wanted.line ?? 0}: ${message}`)
    .join('; ')
  const more = problems.length - shown_problems_max
  const rest = more > 0 ? `; and ${more} more` : ''
  return new Refusal('invalid_body', { message: `Nothing was changed: ${shown}${rest}.` })
}

/**
 * Makes the decisions of a CSV file: all of them or, where a row is wrong, none.
 *
 * @throws {Refusal} `invalid_body` with the lines of wrong rows, `malformed_directory_file`, `file_too_large`, `decisions_need_import_mode`
 */
export async function loadDecisions(
  deps: { db: Db; clock: Clock },
  connection: Connection,
  content: AsyncIterable<Uint8Array>,
  by: string,
): Promise<LoadedDecisions> {
  const { rows, left_open, wanted } = await readDecisionFile(content)
  const result = await decideRecords(deps, connection, wanted, by)
  if (result.kind === 'refused') {
    throw refusalOf(result.problems.toSorted((one, other) => (one.wanted.line ?? 0) - (other.wanted.line ?? 0)))
  }
  const decided = Object.fromEntries(
    decisionKinds.map((kind) => [kind, wanted.filter(({ decision }) => decision.kind === kind).length]),
  ) as Record<DecisionKind, number>
  return { rows, decided, left_open }
}
