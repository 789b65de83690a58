import type { Mutant } from './mutant.ts'

/** Mutants of the finish of a migration. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'finish-keeps-scripts',
    file: 'src/connections/save-connection.ts',
    find: '  requireKeptByFinish(deps.sealer, before, { options, configuration_sealed: configuration, scripts_sealed: scripts })\n',
    replace: '',
    tests: ['tests/migration/finish.test.ts'],
  },
  {
    guard: 'disconnect-waits',
    file: 'src/migration/finish/start-finish-step.ts',
    find: '    (await activeJobOfKinds(trx, connection, [tail_import, rehearsal, legacy_activity])) ??\n',
    replace: '',
    tests: ['tests/migration/finish-resume.test.ts'],
  },
  {
    guard: 'shared-after-release',
    file: 'src/migration/finish/settle-latecomer.ts',
    find: 'of released) {\n',
    replace: 'of released.slice(0, 0)) {\n',
    tests: ['tests/migration/finish-resume.test.ts'],
  },
  {
    guard: 'finish-in-transaction',
    file: 'src/migration/finish/start-finish-step.ts',
    find: '  await markFinishStep(trx, connection, step)\n',
    replace: '',
    tests: ['tests/migration/finish-races.test.ts'],
  },
  {
    guard: 'own-step',
    file: 'src/migration/finish/own-finish.ts',
    find: 'if (finish?.job_id !== job_id)',
    replace: 'if (!finish)',
    tests: ['tests/migration/finish-races.test.ts'],
  },
  {
    guard: 'directory-confirms-reset',
    file: 'src/login/confirm-legacy-user.ts',
    find: '!isReached(ticket, withoutNewNames(found.profile, found.decision))',
    replace: 'found.profile.legacy_id === undefined',
    tests: ['tests/migration/finish.test.ts'],
  },
  {
    guard: 'wipe-bytes',
    file: 'src/migration/finish/disconnect.ts',
    find: '  await rewriteStore(deps.db)\n',
    replace: '',
    tests: ['tests/migration/finish.test.ts'],
  },
  {
    guard: 'wipe-cursor',
    file: 'src/migration/finish/disconnect.ts',
    find: 'let cursor = job.cursor ?? first_cursor',
    replace: 'let cursor = first_cursor',
    tests: ['tests/migration/finish-resume.test.ts'],
  },
]
