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
  {
    guard: 'right-function-of-several',
    case: 'F.5',
    file: 'sandbox-runtime/runner/choose-function.cjs',
    find: 'by_name.find(Boolean) ?? by_count ?? functions.at(-1)',
    replace: 'functions.at(-1)',
    tests: ['tests/sandbox/chosen-function.test.ts'],
  },
  {
    guard: 'script-syntax-checked-at-save',
    case: 'F.5',
    file: 'src/connections/check-scripts.ts',
    find: "    if (result.kind === 'syntax_error') refuseSyntax(script, result)\n",
    replace: '',
    tests: ['tests/connections/script-checks.test.ts'],
  },
  {
    guard: 'script-check-confined',
    case: 'F.5',
    file: 'src/sandbox/script-runtime.ts',
    find: 'if (call.check === undefined) options.onLog',
    replace: 'options.onLog',
    tests: ['tests/connections/script-checks.test.ts'],
  },
]
