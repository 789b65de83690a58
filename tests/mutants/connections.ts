import type { Mutant } from './mutant.ts'

/** Guards of the scripts of connections. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'masked-passwords',
    file: 'src/connections/run-action-script.ts',
    find: "const password_names = ['password', 'new_password']",
    replace: "const password_names = ['no such argument']",
    tests: ['tests/connections/masked-passwords.test.ts'],
  },
]
