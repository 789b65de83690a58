import type { Mutant } from './mutant.ts'

/** Mutants of brute-force protection, and of the bounds on what an unproven caller can cause. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'reservations-end',
    case: 'C.1',
    file: 'src/store/brute-force-counters.ts',
    find: "case when ${is_current} then ${counter('reserved')} else 0 end`",
    replace: "case when true then ${counter('reserved')} else 0 end`",
    tests: ['tests/login/failure-counters.test.ts'],
  },
  {
    guard: 'legacy-user-attempts',
    case: 'C.4',
    file: 'src/login/brute-force-protection.ts',
    find: "return reserved ? { kind: 'reserved' } : { kind: 'locked', by: 'identifier' }",
    replace: "return { kind: 'reserved' }",
    tests: ['tests/login/failure-counters.test.ts'],
  },
]
