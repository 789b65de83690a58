import type { Mutant } from './mutant.ts'

/** Mutants of the sandbox: its protocol, its shares, its network. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'protocol-lines-counted',
    case: 'E.3',
    file: 'src/sandbox/output-budget.ts',
    find: 'if (window.lines > lines_max) ',
    replace: 'if (false) ',
    tests: ['tests/sandbox/protocol.test.ts'],
  },
  {
    guard: 'connections-counted',
    case: 'E.3',
    file: 'src/sandbox/egress-broker.ts',
    find: 'if (!options.onConnection()) return inner.destroy()',
    replace: '',
    tests: ['tests/sandbox/protocol.test.ts'],
  },
  {
    guard: 'protocol-line-due',
    case: 'E.3',
    file: 'src/sandbox/sandbox-process.ts',
    find: ' || !options.isDue(head)',
    replace: '',
    tests: ['tests/sandbox/protocol.test.ts'],
  },
  {
    guard: 'protocol-line-length',
    case: 'E.3',
    file: 'src/sandbox/sandbox-process.ts',
    find: ' || too_long',
    replace: '',
    tests: ['tests/sandbox/protocol.test.ts'],
  },
]
