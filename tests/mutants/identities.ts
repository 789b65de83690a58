import type { Mutant } from './mutant.ts'

const tests = ['tests/management/identities.test.ts']

/** Mutants of linking users. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'no-circular-link',
    file: 'src/users/linked-users.ts',
    find: "  if (user.linked_to !== null) throw new Refusal('inexistent_user')\n  if (user_id === linked_id) throw new Refusal('same_identity')",
    replace: "  if (user_id === linked_id) throw new Refusal('same_identity')",
    tests,
  },
  {
    guard: 'link-own-tenant',
    file: 'src/users/user.ts',
    find: "    .selectFrom('users')\n    .selectAll()\n    .where('tenant_id', '=', tenant_id)\n    .where('user_id', '=', user_id)",
    replace: "    .selectFrom('users')\n    .selectAll()\n    .where('user_id', '=', user_id)",
    tests,
  },
  {
    guard: 'link-needs-token',
    file: 'src/management/identity-handlers.ts',
    find: "if (token.subject === 'user') {",
    replace: 'if (false as boolean) {',
    tests,
  },
  {
    guard: 'link-token-audience',
    file: 'src/management/identity-handlers.ts',
    find: 'const expected = { issuer, audience: token.client_id }',
    replace: 'const expected = { issuer } as { issuer: string; audience: string }',
    tests,
  },
  {
    guard: 'linked-block',
    file: 'src/users/find-credential.ts',
    find: 'const flags = [row.blocked, row.legacy_blocked, row.profile_blocked, row.profile_legacy_blocked]',
    replace: 'const flags = [row.profile_blocked, row.profile_legacy_blocked]',
    tests,
  },
]
