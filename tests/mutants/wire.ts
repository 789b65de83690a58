import type { Mutant } from './mutant.ts'

/** Mutants of searches (threads, connections, turns and time limit) and of purges. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'search-off-event-loop',
    file: 'src/store/searches.ts',
    find: "if (target.folder === ':memory:') return db",
    replace: 'return db',
    tests: ['tests/store/searches.test.ts'],
  },
  {
    guard: 'search-time-limit',
    file: 'src/store/sqlite-search.ts',
    find: "this.append('where within_time() and (')",
    replace: "this.append('where (')",
    tests: ['tests/store/searches.test.ts'],
  },
  {
    guard: 'search-time-limit',
    file: 'src/store/searches.ts',
    find: 'connections: at_once, statement_timeout_ms: timeout_ms,',
    replace: 'connections: at_once, statement_timeout_ms: 0,',
    tests: ['tests/store/searches.test.ts'],
  },
  {
    guard: 'search-connections',
    file: 'src/store/searches.ts',
    find: 'return await queue.add(tenant_id, () => read(reader))',
    replace: 'return await read(db)',
    tests: ['tests/store/searches.test.ts'],
  },
  {
    guard: 'search-threads',
    file: 'src/users/list-users.ts',
    find: 'if (!visitsMany(query)) return',
    replace: 'return',
    tests: ['tests/store/searches.test.ts'],
  },
  {
    guard: 'turns-per-key',
    file: 'src/base/fair-queue.ts',
    find: 'if (work.running >= at_once_per_key) continue',
    replace: '',
    tests: ['tests/base/fair-queue.test.ts'],
  },
  {
    guard: 'waiting-per-key',
    file: 'src/base/fair-queue.ts',
    find: 'if (wait && own.waiting.length >= wait.per_key) throw wait.refuse()',
    replace: '',
    tests: ['tests/base/fair-queue.test.ts'],
  },
  {
    guard: 'longest-wait',
    file: 'src/base/fair-queue.ts',
    find: 'setTimeout(() => giveUp(wait.refuse()), wait.longest_ms)',
    replace: 'undefined',
    tests: ['tests/base/fair-queue.test.ts'],
  },
  {
    guard: 'data-directory-lock',
    file: 'src/store/data-directory-lock.ts',
    find: "lock.exec('begin exclusive')",
    replace: '',
    tests: ['tests/store/sqlite-folder.test.ts'],
  },
  {
    guard: 'no-readers-at-recovery',
    file: 'src/store/sqlite-readers.ts',
    find: 'await Promise.all([...readers.closing].map((close) => close()))',
    replace: '',
    tests: ['tests/store/searches.test.ts'],
  },
  {
    guard: 'purge-in-steps',
    file: 'src/logs/purge-events.ts',
    find: 'const purged_at_once = 500',
    replace: 'const purged_at_once = 1e6',
    tests: ['tests/server/housekeeping.test.ts'],
  },
  {
    guard: 'purge-pauses',
    file: 'src/server/housekeeping.ts',
    find: 'const pause_factor = 3',
    replace: 'const pause_factor = 0',
    tests: ['tests/server/housekeeping.test.ts'],
  },
]
