import type { Mutant } from './mutant.ts'

/** Guards of the scripts of connections. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'hash-export-by-name',
    file: 'src/oauth/granted-scope.ts',
    find: 'defined.filter((scope) => !isByName(scope) || by_name.includes(scope))',
    replace: 'defined',
    tests: ['tests/management/users-exports.test.ts'],
  },
  {
    guard: 'hash-export-granted-by-owners',
    file: 'src/management/role-limits.ts',
    find: "if (token.subject !== 'admin') return scope.filter((value) => namedScopes.has(value))",
    replace: "if (token.subject !== 'admin') return []",
    tests: ['tests/management/users-exports.test.ts'],
  },
  {
    guard: 'hash-file-needs-its-scope',
    file: 'src/management/job-api-handlers.ts',
    find: 'requireScope(token, [scopeOfFile(row)])',
    replace: "requireScope(token, ['read:users'])",
    tests: ['tests/management/users-exports.test.ts'],
  },
  {
    guard: 'export-link-needs-read',
    file: 'src/management/job-api-handlers.ts',
    find: '!token.scopes.has(scopeOfFile(row)) || ',
    replace: '',
    tests: ['tests/management/users-exports.test.ts'],
  },
  {
    guard: 'upsert-needs-update',
    file: 'src/management/job-api-handlers.ts',
    find: "if (fields.upsert === true) requireScope(token, ['update:users'])",
    replace: '',
    tests: ['tests/management/users-import-limits.test.ts'],
  },
  {
    guard: 'masked-passwords',
    file: 'src/connections/run-action-script.ts',
    find: "const password_names = ['password', 'new_password']",
    replace: "const password_names = ['no such argument']",
    tests: ['tests/connections/masked-passwords.test.ts'],
  },
  {
    guard: 'configuration-unlogged',
    file: 'src/management/mask-secrets.ts',
    find: '|configuration|',
    replace: '|',
    tests: ['tests/connections/script-saves.test.ts'],
  },
]
