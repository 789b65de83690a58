import type { Mutant } from './mutant.ts'

/** Mutants of concurrent changes, and of what is checked again when it is used. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'serializable-transactions',
    case: 'A.1',
    file: 'src/store/transaction.ts',
    find: "runOnce(db, 'serializable', work)",
    replace: "runOnce(db, 'read committed', work)",
    tests: ['tests/login/postgres-races.test.ts'],
  },
  {
    guard: 'password-at-login-completion',
    case: 'A.1',
    file: 'src/login/complete-login.ts',
    find: "    .where((row) => row(row.fn.coalesce('last_password_reset', row.val(never)), '=', password_set_at))\n",
    replace: '',
    tests: ['tests/login/postgres-races.test.ts'],
  },
  {
    guard: 'identifier-after-change',
    case: 'A.1',
    file: 'src/login/update-user.ts',
    find: '    requireIdentifier(row)\n',
    replace: '',
    tests: ['tests/login/postgres-races.test.ts'],
  },
  {
    guard: 'connection-of-a-moved-user',
    case: 'A.3',
    file: 'src/migration/move-user.ts',
    find: '    await requireConnection(trx, move.connection)\n',
    replace: '',
    tests: ['tests/login/postgres-races.test.ts'],
  },
  {
    guard: 'connection-at-login-completion',
    case: 'A.3',
    file: 'src/login/complete-login.ts',
    find: "          .where('connection_id', '=', connection_id),\n",
    replace: '',
    tests: ['tests/login/concurrent-changes.test.ts'],
  },
  {
    guard: 'connection-of-a-cached-user',
    case: 'A.3',
    file: 'src/login/cache-legacy-user.ts',
    find: '      await requireConnection(trx, connection)\n',
    replace: '',
    tests: ['tests/login/concurrent-changes.test.ts'],
  },
  {
    guard: 'connection-of-a-local-user',
    case: 'A.3',
    file: 'src/login/insert-local-user.ts',
    find: '  await requireConnection(trx, connection)\n',
    replace: '',
    tests: ['tests/login/concurrent-changes.test.ts'],
  },
  {
    guard: 'age-of-cached-keys',
    case: 'A.5',
    file: 'src/store/read-cache.ts',
    find: ' && elapsed_ms < max_age_ms',
    replace: '',
    tests: ['tests/keys/signing-keys.test.ts'],
  },
]
