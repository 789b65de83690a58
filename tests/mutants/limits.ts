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
  {
    guard: 'length-before-normalization',
    case: 'D.1',
    file: 'src/base/canonical.ts',
    find: 'if (trimmed.length > canonical_max) throw new IdentifierTooLong()',
    replace: '',
    tests: ['tests/attacks/costly-input.test.ts'],
  },
  {
    guard: 'open-body-size',
    case: 'D.1',
    file: 'src/server/build-app.ts',
    find: 'bodyLimit: open_body_max_bytes',
    replace: 'bodyLimit: 1_048_576',
    tests: ['tests/attacks/costly-input.test.ts'],
  },
  {
    guard: 'parameter-count',
    case: 'D.1',
    file: 'src/http/input-limits.ts',
    find: 'return count > parameters_max',
    replace: 'return false',
    tests: ['tests/attacks/costly-input.test.ts'],
  },
  {
    guard: 'member-count',
    case: 'D.1',
    file: 'src/oauth/fields.ts',
    find: "if (Object.keys(body).length > parameters_max) throw new Refusal('too_many_parameters')",
    replace: '',
    tests: ['tests/attacks/costly-input.test.ts'],
  },
  {
    guard: 'invisible-characters',
    case: 'C.4',
    file: 'src/base/canonical.ts',
    find: "if (/\\p{Default_Ignorable_Code_Point}/u.test(identifier)) return 'holds invisible characters'",
    replace: '',
    tests: ['tests/attacks/name-variants.test.ts'],
  },
]
