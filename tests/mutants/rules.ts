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
    guard: 'order-of-all-rules',
    file: 'src/rules/manage-rules.ts',
    find: 'if (!are_all || rows.some(({ rule_id }) => !given.has(rule_id)))',
    replace: 'if (false)',
    tests: ['tests/rules/tries.test.ts'],
  },
  {
    guard: 'registration-denied',
    file: 'src/rules/pre-registration.ts',
    find: '    if (refusal) throw refusal\n',
    replace: '',
    tests: ['tests/rules/triggers.test.ts'],
  },
  {
    guard: 'exchange-denied',
    file: 'src/rules/credentials-exchange.ts',
    find: '    if (refusal) throw refusal\n',
    replace: '',
    tests: ['tests/rules/credentials-exchange.test.ts'],
  },
  {
    guard: 'rule-token-for-users',
    file: 'src/management/token-of-rules.ts',
    find: "!users_route.test(request.routeOptions.url ?? '')",
    replace: 'false',
    tests: ['tests/rules/rule-api.test.ts'],
  },
  {
    guard: 'rule-token-ends',
    file: 'src/rules/run-rules.ts',
    find: 'access?.end()',
    replace: '',
    tests: ['tests/rules/rule-api.test.ts'],
  },
  {
    guard: 'rule-token-of-tenant',
    file: 'src/server/rule-api.ts',
    find: 'if (token_tenant === tenant_id)',
    replace: 'if (token_tenant !== undefined)',
    tests: ['tests/rules/rule-api.test.ts'],
  },
  {
    guard: 'rule-request-of-own-host',
    file: 'src/server/rule-api.ts',
    find: '    request.headers.host = domain\n',
    replace: '',
    tests: ['tests/rules/rule-api.test.ts'],
  },
  {
    guard: 'rule-endpoint-allow-list',
    file: 'src/server/rule-api.ts',
    find: 'else if (!is_listed)',
    replace: 'else if (false)',
    tests: ['tests/rules/rule-api.test.ts'],
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
