import type { Mutant } from './mutant.ts'

/** Guards against profiles that cost much to compare or to show. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'typed-normalized-once',
    case: 'D.1',
    file: 'src/migration/remove-secrets.ts',
    find: 'canonicalOf(text) === typed',
    replace: 'canonicalOf(text) === canonicalOf(typed_password)',
    tests: ['tests/attacks/costly-profiles.test.ts'],
  },
  {
    guard: 'many-marks',
    case: 'D.1',
    file: 'src/migration/remove-secrets.ts',
    find: 'many_marks.test(text) ? undefined : text',
    replace: 'text',
    tests: ['tests/attacks/costly-profiles.test.ts'],
  },
  {
    guard: 'picture-of-long-name',
    case: 'D.1',
    file: 'src/users/default-picture.ts',
    find: '.slice(0, read_max)',
    replace: '',
    tests: ['tests/attacks/costly-profiles.test.ts'],
  },
]
