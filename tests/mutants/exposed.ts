import type { Mutant } from './mutant.ts'

/** Guards of what files, lists and answers show to admins who may not know all. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'csv-formulas',
    file: 'src/users/export/export-fields.ts',
    find: 'at === 0 || separator.test(before)',
    replace: 'at === 0 || (false && separator.test(before))',
    tests: ['tests/attacks/csv-formulas.test.ts'],
  },
  {
    guard: 'sign-in-test-is-a-login',
    file: 'src/clients/client-cache.ts',
    find: 'client: clientOf,',
    replace: 'client(...of) { return this.clientOfLogin(...of) },',
    tests: ['tests/attacks/sign-in-test-client.test.ts'],
  },
  {
    guard: 'sign-in-test-pages',
    file: 'src/connections/connection-cache.ts',
    find: '{ connection: tested(connection), ',
    replace: '{ connection, ',
    tests: ['tests/attacks/sign-in-test-client.test.ts'],
  },
  {
    guard: 'sign-in-test-masked',
    file: 'src/logs/record-event.ts',
    find: 'client_id: event.client_id === undefined ? null : maskSignInTests(event.client_id)',
    replace: 'client_id: event.client_id ?? null',
    tests: ['tests/attacks/sign-in-test-client.test.ts'],
  },
]
