import type { Mutant } from './mutant.ts'

const tests = ['tests/attacks/outlived-links.test.ts']

/** Guards of links that would outlive what permitted them. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'password-ends-links',
    file: 'src/users/write-credential.ts',
    find: 'await endPasswordLinks(trx, { tenant_id, connection_id: changed.connection_id, user_id }, ticket_digest)',
    replace: '',
    tests: [...tests, 'tests/login/postgres-races.test.ts'],
  },
  {
    guard: 'password-ends-codes',
    file: 'src/users/end-password-links.ts',
    find: "await codes.where('user_id', '=', user_id).execute()",
    replace: '',
    tests,
  },
  {
    guard: 'password-ends-links-of-before-the-move',
    file: 'src/users/end-password-links.ts',
    find: "await tickets.where('connection_id', '=', connection_id).where('legacy_id', '=', legacy_id).execute()",
    replace: '',
    tests,
  },
  {
    guard: 'moving-reset-ends-links',
    file: 'src/login/confirm-reset.ts',
    find: 'await endPasswordLinks(trx, { tenant_id, connection_id, user_id }, digestText(change.secret))',
    replace: '',
    tests,
  },
  {
    guard: 'moving-reset-ends-links',
    file: 'src/users/end-password-links.ts',
    find: "await codes.where('connection_id', '=', connection_id).where('legacy_id', '=', legacy_id).execute()",
    replace: '',
    tests,
  },
  {
    guard: 'legacy-password-ends-links',
    file: 'src/users/write-credential.ts',
    find: 'await endPasswordLinks(trx, { tenant_id, connection_id, user_id }, ticket_digest)',
    replace: '',
    tests,
  },
  {
    guard: 'password-ends-admin-links',
    file: 'src/users/end-password-links.ts',
    find: "['password_change', 'admin_password']",
    replace: "['password_change']",
    tests,
  },
  {
    guard: 'invitation-of-active-owner',
    file: 'src/admins/admin.ts',
    find: ".where('users.blocked', '=', 0)",
    replace: '',
    tests: ['tests/admins/members.test.ts'],
  },
  {
    guard: 'own-password-of-own-user',
    file: 'src/admins/change-own-password.ts',
    find: "if (admin.user_id !== user_id) throw new Refusal('wrong_credentials')",
    replace: '',
    tests: ['tests/attacks/own-password.test.ts'],
  },
  {
    guard: 'doctor-shared-host',
    file: 'src/server/doctor/check-addresses.ts',
    find: 'if (isLoopbackHost(hostname)) return []',
    replace: 'if (hostname) return []',
    tests: ['tests/server/doctor.test.ts'],
  },
]
