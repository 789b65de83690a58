import type { Clock } from '../../base/clock.ts'
import { defined } from '../../base/defined.ts'
import type { Connection } from '../../connections/connection.ts'
import type { CauseDecision } from '../../contract/decision.ts'
import { invalidBody } from '../../contract/refusal.ts'
import type { Searches } from '../../store/searches.ts'
import type { Db } from '../../store/tables.ts'
import type { WantedDecision } from './check-decisions.ts'
import { decideRecords, requireImportMode } from './decide-records.ts'
import type { PersonCause } from './records-of-causes.ts'
import { undecidedWith } from './undecided-with.ts'

const part_size = 500

type Deps = { db: Db; clock: Clock; searches: Pick<Searches, 'run'> }

/** The cause that a request names. @throws {Refusal} `invalid_body` unless it names one */
function causeOf({ outcome, problem, rehearsed }: CauseDecision): PersonCause {
  const named = Object.entries(defined({ outcome, problem, rehearsal: rehearsed }))
  const [cause] = named
  if (!cause || named.length > 1) throw invalidBody('Give one of outcome, problem and rehearsed')
  return { kind: cause[0] as PersonCause['kind'], cause: cause[1] }
}

/** Decides about the records of one part in one transaction, without those that cannot be decided about any more. */
async function decidePart(
  deps: Deps,
  connection: Connection,
  wanted: readonly WantedDecision[],
  by: string,
): Promise<number> {
  if (wanted.length === 0) return 0
  const result = await decideRecords(deps, connection, wanted, by)
  if (result.kind === 'decided') return result.rows.length
  // Their users have moved, or their records were decided about, since they were read.
  const refused = new Set(result.problems.map((problem) => problem.wanted.record_id))
  const rest = wanted.filter(({ record_id }) => !refused.has(record_id))
  return await decidePart(deps, connection, rest, by)
}

/**
 * Decides about the records of users who cannot move for one cause and about whom no decision holds, at most `people_max` of them. Each part
 * of 500 is one transaction: a call that is interrupted has decided about some of them, and the next call about the others.
 *
 * @throws {Refusal} `invalid_body` where not exactly one cause is given, or a text without `exclude`; `decisions_need_import_mode`,
 *   `search_timeout`, `overloaded`
 */
export async function decideCause(
  deps: Deps,
  connection: Connection,
  request: CauseDecision,
  by: string,
): Promise<{ decided: number; has_more: boolean }> {
  const { kind, message, people_max } = request
  const cause = causeOf(request)
  if (message !== undefined && kind !== 'exclude') throw invalidBody('A text needs the kind exclude', 'message')
  requireImportMode(connection)
  const found = await deps.searches.run(connection.tenant_id, (reader) =>
    undecidedWith(reader, connection, cause, people_max + 1),
  )
  const decision = { kind, ...defined({ message }) }
  const wanted = found.slice(0, people_max).map((record_id) => ({ record_id, decision }))
  let decided = 0
  for (let at = 0; at < wanted.length; at += part_size) {
    decided += await decidePart(deps, connection, wanted.slice(at, at + part_size), by)
  }
  return { decided, has_more: found.length > people_max }
}
