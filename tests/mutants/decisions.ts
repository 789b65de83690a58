import type { Mutant } from './mutant.ts'

/** Mutants of decisions on legacy users who cannot move as they are, and of rehearsals. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'kept-identifiers',
    file: 'src/migration/assign-identifiers.ts',
    find: "const is_reserved = of_others.some((row) => row.kind === 'reserved')",
    replace: 'const is_reserved = false',
    tests: ['tests/migration/decisions.test.ts'],
  },
  {
    guard: 'no-reset-to-a-new-name',
    file: 'src/login/find-reset-recipient.ts',
    find: 'is_withheld ? { ...user, email: null } : user',
    replace: 'user',
    tests: ['tests/migration/decisions.test.ts'],
  },
  {
    guard: 'excluded-users',
    file: 'src/migration/decisions/read-decided-profile.ts',
    find: "if (decision?.kind === 'exclude') {",
    replace: 'if (decision?.decision_id === excluded_text) {',
    tests: ['tests/migration/decisions.test.ts'],
  },
  {
    guard: 'alias-of-a-person',
    file: 'src/migration/decisions/read-decided-profile.ts',
    find: '{ ...profile, legacy_id: alias_legacy_id }',
    replace: 'profile',
    tests: ['tests/migration/decisions.test.ts'],
  },
  {
    guard: 'decision-during-a-login',
    file: 'src/migration/move-user.ts',
    find: 'connection: { ...move.connection, has_decisions }',
    replace: 'connection: move.connection',
    tests: ['tests/login/postgres-races.test.ts'],
  },
  {
    guard: 'one-keeper',
    file: 'src/migration/decisions/check-decisions.ts',
    find: 'heldByOthers(holders.reserved, (holder, { record_id }) => holder !== record_id)',
    replace: 'heldByOthers(holders.reserved, () => false)',
    tests: ['tests/login/postgres-races.test.ts'],
  },
  {
    guard: 'reserved-at-sign-up',
    file: 'src/login/insert-local-user.ts',
    find: "  if (assigned.taken.length > 0) throw new Refusal(through === 'signup' ? 'signup_user_exists' : 'user_exists')\n",
    replace: '',
    tests: ['tests/login/postgres-races.test.ts'],
  },
  {
    guard: 'rehearsal-rate',
    file: 'src/migration/rehearsal/pace-calls.ts',
    find: 'if (wait_ms > 0) await setTimeout(wait_ms)',
    replace: 'if (wait_ms > 1e9) await setTimeout(wait_ms)',
    tests: ['tests/migration/rehearsal-stream.test.ts'],
  },
  {
    guard: 'rehearsal-waits',
    file: 'src/migration/rehearsal/rehearsal-stream.ts',
    find: 'while (!signal.aborted && (isOpen() || !hasWaited()))',
    replace: 'while (signal.aborted)',
    tests: ['tests/migration/rehearsal-stream.test.ts'],
  },
  {
    guard: 'kept-of-one-id',
    file: 'src/migration/decisions/decision.ts',
    find: "problem === 'repeated_id' && record_id !== own",
    replace: 'problem === null && record_id !== own',
    tests: ['tests/migration/decisions.test.ts'],
  },
]
