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
  {
    guard: 'continued-once',
    file: 'src/oauth/sign-in/continue-endpoint.ts',
    find: '        if (!is_first) throw new RestartLogin(client)\n',
    replace: '',
    tests: ['tests/rules/redirects.test.ts'],
  },
  {
    guard: 'redirected-once',
    file: 'sandbox-runtime/runner/post-login.cjs',
    find: "      throw new Error('it redirects a login that comes back from a redirect, and a login is redirected once')",
    replace: '      return',
    tests: ['tests/rules/redirects.test.ts'],
  },
]
