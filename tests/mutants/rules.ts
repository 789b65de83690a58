import type { Mutant } from './mutant.ts'

/** Mutants of rules and actions. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'reserved-claims',
    file: 'src/rules/custom-claims.ts',
    find: '&& !reserved.has(name)',
    replace: '',
    tests: ['tests/rules/rules.test.ts'],
  },
  {
    guard: 'continued-in-one-browser',
    file: 'src/oauth/sign-in/continue-endpoint.ts',
    find: '  if (browser !== opened.browser_digest) throw new RestartLogin(undefined)\n',
    replace: '',
    tests: ['tests/rules/redirects.test.ts'],
  },
]
