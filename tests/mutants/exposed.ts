import type { Mutant } from './mutant.ts'

/** Guards of what files, lists and answers show to admins who may not know all. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'csv-formulas',
    file: 'src/users/export/export-fields.ts',
    find: 'at === 0 || separator.test(before)',
    replace: 'at === 0 || (false && separator.test(before))',
    tests: ['tests/attacks/csv-formulas.test.ts'],
  },
]
