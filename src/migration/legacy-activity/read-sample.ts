import type { PlanResults } from '../../connections/assistant/run-plan.ts'
import type { LegacyProgram } from '../../contract/legacy-activity.ts'

/** A session of another program. */
export type SampledSession = Pick<LegacyProgram, 'program' | 'user' | 'host' | 'database' | 'is_own_user'>

/** What a sample found. `missing_grant`: the right without which not all sessions are seen. */
export type Sample =
  | { kind: 'sampled'; sessions: SampledSession[]; missing_grant: string | undefined; has_program_names: boolean }
  | { kind: 'failed'; code: string }

const text_max = 200

// What a database answers is not trusted.
const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
        .replaceAll(/\p{Cc}/gu, ' ')
        .trim()
        .slice(0, text_max)
    : ''

function rowsOf(results: PlanResults, step: string): unknown[][] | undefined {
  const result = results.get(step)
  if (!result || !('found' in result) || !Array.isArray(result.found)) return undefined
  return result.found.filter((row) => Array.isArray(row))
}

function sessionOf([program, user, host, database, is_own]: unknown[]): SampledSession {
  return {
    program: textOf(program),
    user: textOf(user),
    // MySQL adds the port, which is another one for each session.
    host: textOf(host).replace(/:\d{1,5}$/, ''),
    database: textOf(database),
    is_own_user: textOf(is_own) === '1',
  }
}

/** Reads what the statements of a sample found. */
export function readSample(results: PlanResults): Sample {
  const named = rowsOf(results, 'sessions')
  const rows = named ?? rowsOf(results, 'unnamed')
  if (rows === undefined) {
    const result = results.get('sessions')
    return { kind: 'failed', code: result && 'failed' in result ? result.failed : 'unknown' }
  }
  const missing = textOf(rowsOf(results, 'right')?.[0]?.[0])
  return {
    kind: 'sampled',
    sessions: rows.map(sessionOf),
    missing_grant: missing === '' ? undefined : missing,
    has_program_names: named !== undefined,
  }
}
