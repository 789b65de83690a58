// The migration of a PostgreSQL on the dashboard, in parts that several tests share.
import assert from 'node:assert/strict'
import * as admin from './dashboard-journey.ts'
import type { Journey } from './dashboard-journey.ts'
import * as user from './hosted-sign-in.ts'
import { people } from './legacy-postgres.ts'

const { ada, grace, cy, dot } = people
const new_password = 'A-new-password-9'

/** Connects the legacy store, and moves three of its four users: by a login, by a new password, and by a login after a decision. */
export async function moveUsers(journey: Journey): Promise<void> {
  await admin.createConnection(journey)
  await admin.useOwnDatabase(journey)
  await admin.startFromTemplate(journey)
  await admin.replaceParameter(journey)
  await admin.tryScripts(journey, ada)
  await admin.saveScriptsAndImport(journey)

  await user.signIn(journey, ada.email, ada.password)
  await admin.openMigration(journey)
  await admin.seeMoved(journey, ada)
  await user.resetPassword(journey, grace, new_password)
  await admin.loadDirectory(journey)

  await user.isRefused(journey, cy.email, cy.password, 'We could not complete your login')
  await admin.decideRename(journey, cy, 'cy')
  await user.signIn(journey, 'cy', cy.password)
}

/** Stops asking the legacy store, and watches the one user who has not moved try to log in. */
export async function stopAskingAndWatch(journey: Journey): Promise<void> {
  await admin.openFinish(journey, '1 person who has not moved could no longer log in')
  await admin.stopAsking(journey)
  await admin.watch(journey, () => user.isRefused(journey, dot.email, dot.password, 'wrong'))
  await journey.dashboard.page.getByRole('row', { name: dot.email }).waitFor()
}

/** Stops the legacy store: those who moved log in. */
export async function signInWithoutStore(journey: Journey): Promise<void> {
  await journey.legacy.server.switchOff()
  await user.signIn(journey, ada.email, ada.password)
  await user.signIn(journey, grace.email, new_password)
  await user.signIn(journey, 'cy', cy.password)
  assert.deepEqual(admin.errorsOf(journey), [])
}
