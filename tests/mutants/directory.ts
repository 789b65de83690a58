import type { Mutant } from './mutant.ts'

/** Mutants of the directory of a legacy store. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'exact-numeric-ids',
    file: 'src/migration/directory/formats/read-json-objects.ts',
    find: 'Math.abs(value) > Number.MAX_SAFE_INTEGER',
    replace: 'Math.abs(value) > Number.MAX_VALUE',
    tests: ['tests/migration/directory-formats.test.ts', 'tests/management/directory-users.test.ts'],
  },
  {
    guard: 'directory-position',
    file: 'src/migration/directory/load-directory.ts',
    find: "cursor?.phase === 'apply' ? cursor : first",
    replace: 'first',
    tests: ['tests/jobs/directory-load.test.ts'],
  },
  {
    guard: 'directory-beside-a-move',
    file: 'src/migration/directory/plan-rows.ts',
    find: "const is_final = state === 'migrated' || state === 'deleted'",
    replace: "const is_final = state === 'deleted'",
    tests: ['tests/jobs/directory-load.test.ts'],
  },
  {
    guard: 'directory-confirmation',
    file: 'src/migration/directory/check-load.ts',
    find: '  if (rows > 0 && !is_much) return undefined\n',
    replace: '  if (gone_limit_percent >= 0) return undefined\n',
    tests: ['tests/management/directory.test.ts'],
  },
  {
    guard: 'gone-without-id',
    file: 'src/migration/directory/check-load.ts',
    find: 'gone: gone + Math.max(0, without_id.gone - new_ids)',
    replace: 'gone: gone + Math.min(0, new_ids)',
    tests: ['tests/management/directory-users.test.ts'],
  },
  {
    guard: 'kept-of-one-id-imported',
    file: 'src/migration/directory/kept-namesakes.ts',
    find: ".where('state', '!=', 'migrated')",
    replace: ".where('state', '=', 'deleted')",
    tests: ['tests/management/directory-users.test.ts'],
  },
  {
    guard: 'directory-hash-erased',
    file: 'src/migration/record-observation.ts',
    find: "  if (record && columns.state === 'migrated' && record.state !== 'migrated') await eraseSecrets(trx, record)\n",
    replace: '',
    tests: ['tests/management/directory-users.test.ts'],
  },
  {
    guard: 'directory-confirms-ids',
    file: 'src/migration/record-observation.ts',
    find: 'return (await directoryRowOf(trx, unconfirmed)) ? undefined : unconfirmed',
    replace: 'return unconfirmed',
    tests: ['tests/management/directory-users.test.ts'],
  },
]
