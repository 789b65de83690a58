import type { Mutant } from './mutant.ts'

/** Mutants of the guards of operation: failing disks and databases, signals, commands. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'full-disk-is-an-outage',
    file: 'src/store/sqlite-connection.ts',
    find: 'new Set([8, 10, 13, 14])',
    replace: 'new Set<number>()',
    tests: ['tests/store/failing-disk.test.ts', 'tests/outages/embedded-store.test.ts'],
  },
  {
    guard: 'failed-sync-is-an-outage',
    file: 'src/store/sqlite.ts',
    find: 'throw new StoreUnavailable(error)',
    replace: 'throw error',
    tests: ['tests/outages/embedded-store.test.ts'],
  },
  {
    guard: 'failed-sync-refuses-writes',
    file: 'src/store/sqlite-connection.ts',
    find: 'if (this.#failed_sync) throw this.#failed_sync',
    replace: '',
    tests: ['tests/store/failing-disk.test.ts'],
  },
  {
    guard: 'lost-commit-not-copied',
    file: 'src/store/sqlite.ts',
    find: 'ftruncateSync(this.#wal_file, validWalBytes(this.#wal_file))',
    replace: '',
    tests: ['tests/store/failing-disk.test.ts'],
  },
  {
    guard: 'readiness-writes',
    file: 'src/server/compose.ts',
    find: '(await writes.check())',
    replace: "(await db.selectFrom('installation').select('name').limit(1).execute()) !== undefined",
    tests: ['tests/outages/half-dead-postgres.test.ts'],
  },
  {
    guard: 'unwritable-requests-refused-at-once',
    file: 'src/server/build-app.ts',
    find: 'if (!reads.has(method) && !isWritable()) throw storeUnavailable(unwritable)',
    replace: 'if (!reads.has(method) && !isWritable()) return',
    tests: ['tests/outages/half-dead-postgres.test.ts'],
  },
  {
    guard: 'time-limits-behind-a-pooler',
    file: 'src/store/postgres-pool.ts',
    find: '`${text}; ${set_time_limits}`',
    replace: 'text',
    tests: ['tests/store/pgbouncer.test.ts'],
  },
  {
    guard: 'exports-hashes-by-name',
    file: 'src/server/job-commands.ts',
    find: "if (options['include-password-hashes'] !== true)",
    replace: 'if (tenant.tenant_id === job.id)',
    tests: ['tests/server/transfer-commands.test.ts'],
  },
  {
    guard: 'npm-passes-signals-on',
    file: 'package.json',
    find: '"start": "exec node',
    replace: '"start": "node',
    tests: ['tests/server/launcher.test.ts'],
  },
  {
    guard: 'server-ends-with-npm',
    file: 'bin/wherry.cjs',
    find: 'if (process.ppid === parent) return',
    replace: 'return',
    tests: ['tests/server/launcher.test.ts'],
  },
  {
    guard: 'server-ends-with-launcher',
    file: 'src/server/main.ts',
    find: "process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))",
    replace: '',
    tests: ['tests/server/launcher.test.ts'],
  },
  {
    guard: 'private-command-socket',
    file: 'src/server/command-socket.ts',
    find: 'process.umask(0o177)',
    replace: 'process.umask(0o022)',
    tests: ['tests/server/commands.test.ts'],
  },
]
