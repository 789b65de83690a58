import type { Mutant } from './mutant.ts'

const tests = ['tests/oauth/client-assertions.test.ts']
const file = 'src/oauth/verify-client-assertion.ts'

/** Guards of clients that authenticate with a key. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'assertion-used-once',
    file,
    find: 'if (numInsertedOrUpdatedRows === 0n) throw',
    replace: 'if (numInsertedOrUpdatedRows < 0n) throw',
    tests,
  },
  {
    guard: 'assertion-audience',
    file,
    find: 'named.every(',
    replace: 'named.some(',
    tests,
  },
  {
    guard: 'assertion-lifetime',
    file,
    find: 'const lifetime_max_s = 600',
    replace: 'const lifetime_max_s = 6_000_000',
    tests,
  },
  {
    guard: 'assertion-algorithm',
    file,
    find: 'algorithms: [alg],',
    replace: '',
    tests,
  },
  {
    guard: 'keys-replace-secret',
    file: 'src/oauth/authenticate-client.ts',
    find: '!matches || authenticationMethodsOf(usable)) throw',
    replace: '!matches) throw',
    tests,
  },
  {
    guard: 'credentials-within-role',
    file: 'src/management/client-credential-handlers.ts',
    find: '    await requireClientWithinRole(deps.db, caller, client_id)\n',
    replace: '    void requireClientWithinRole\n',
    tests: ['tests/management/client-credentials.test.ts'],
  },
]
