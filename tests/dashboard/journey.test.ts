// The whole migration on screen, in a real Chromium, from a real PostgreSQL.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as admin from '../support/dashboard-journey.ts'
import { mouse } from '../support/hands.ts'
import * as user from '../support/hosted-sign-in.ts'
import { people } from '../support/legacy-postgres.ts'

const { ada, grace, cy, dot } = people

let journey: admin.Journey

before(async () => {
  journey = await admin.startJourney(mouse)
})
after(() => journey?.close())

test('an admin moves the users of a PostgreSQL by clicks alone, and they log in after it was stopped', async () => {
  await admin.createConnection(journey)
  await admin.useOwnDatabase(journey)
  await admin.startFromTemplate(journey)
  await admin.replaceParameter(journey)
  await admin.tryScripts(journey, ada)
  await admin.saveScriptsAndImport(journey)

  await user.signIn(journey, ada.email, ada.password)
  await admin.openMigration(journey)
  await admin.seeMoved(journey, ada)
  await user.resetPassword(journey, grace, 'A-new-password-9')
  await admin.loadDirectory(journey)

  await user.isRefused(journey, cy.email, cy.password, 'We could not complete your login')
  await admin.decideRename(journey, cy, 'cy')
  await user.signIn(journey, 'cy', cy.password)

  await admin.openFinish(journey, '1 person who has not moved could no longer log in')
  await admin.stopAsking(journey)
  await admin.watch(journey, () => user.isRefused(journey, dot.email, dot.password, 'wrong'))
  await journey.dashboard.page.getByRole('row', { name: dot.email }).waitFor()
  await admin.convertAndDisconnect(journey)

  await journey.legacy.server.switchOff()
  await user.signIn(journey, ada.email, ada.password)
  await user.signIn(journey, grace.email, 'A-new-password-9')
  await user.signIn(journey, 'cy', cy.password)
  assert.deepEqual(admin.errorsOf(journey), [])
})
