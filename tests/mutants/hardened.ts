import type { Mutant } from './mutant.ts'

/** Mutants of the hardened sandbox. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'hardened-namespaces',
    file: 'src/sandbox/bubblewrap.ts',
    find: "['user', 'pid', 'ipc', 'uts', 'net']",
    replace: "['user', 'pid', 'ipc', 'net']",
    tests: ['tests/sandbox/hardened.test.ts'],
  },
  {
    guard: 'hardened-no-network',
    file: 'src/sandbox/bubblewrap.ts',
    find: "['user', 'pid', 'ipc', 'uts', 'net']",
    replace: "['user', 'pid', 'ipc', 'uts']",
    tests: ['tests/sandbox/hardened.test.ts'],
  },
  {
    guard: 'hardened-files',
    file: 'src/sandbox/bubblewrap.ts',
    find: "'--remount-ro', '/', ",
    replace: '',
    tests: ['tests/sandbox/hardened.test.ts'],
  },
  {
    guard: 'hardened-ends-with-server',
    file: 'src/sandbox/bubblewrap.ts',
    find: "'--die-with-parent', ",
    replace: '',
    tests: ['tests/sandbox/hardened.test.ts'],
  },
  {
    guard: 'hardened-contains',
    file: 'src/sandbox/bubblewrap.ts',
    find: '[...bubblewrap.libraries, deno_file',
    replace: "['/etc/passwd', ...bubblewrap.libraries, deno_file",
    tests: ['tests/sandbox/hardened-payloads.test.ts'],
  },
  {
    guard: 'hardened-usage-sampled',
    file: 'src/sandbox/sandbox-process.ts',
    find: 'pid ??= programOf(child.pid)',
    replace: 'pid ??= child.pid',
    tests: ['tests/sandbox/hardened.test.ts'],
  },
  {
    guard: 'hardened-required',
    file: 'src/sandbox/isolation.ts',
    find: "if (mode === 'auto') return",
    replace: 'return',
    tests: ['tests/sandbox/hardened.test.ts'],
  },
]
