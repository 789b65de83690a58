import type { Mutant } from './mutant.ts'

/** Mutants of the loading, sealing and checking of scripts. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'scripts-sealed-at-rest',
    case: 'F.7',
    file: 'src/connections/seal-scripts.ts',
    find: 'sealed[script] = sealer.seal(source, scriptAad(tenant_id, connection_id, script))',
    replace: 'sealed[script] = source',
    tests: ['tests/connections/sealed-scripts.test.ts'],
  },
]
