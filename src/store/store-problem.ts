import { sqliteCode } from './sqlite-code.ts'

/** Why the store cannot be written: its disk is full, it permits reading only, or another reason. */
export type StoreProblem = 'disk_full' | 'read_only' | 'unavailable'

const sqlite_problems = new Map<number, StoreProblem>([
  [13, 'disk_full'],
  [8, 'read_only'],
])

// Codes of the file system, and states of PostgreSQL (its manual, appendix A).
const coded_problems = new Map<unknown, StoreProblem>([
  ['ENOSPC', 'disk_full'],
  ['EDQUOT', 'disk_full'],
  ['53100', 'disk_full'],
  ['EROFS', 'read_only'],
  ['25006', 'read_only'],
])

const causes_max = 5

/** Why a write failed, by the error or by what caused it. */
export function storeProblemOf(error: unknown): StoreProblem {
  let at = error
  for (let depth = 0; depth < causes_max && typeof at === 'object' && at !== null; depth += 1) {
    const code: unknown = 'code' in at ? at.code : undefined
    const found = sqlite_problems.get(sqliteCode(at) ?? 0) ?? coded_problems.get(code)
    if (found) return found
    at = 'cause' in at ? at.cause : undefined
  }
  return 'unavailable'
}
