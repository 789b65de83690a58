// The migration on screen, rolled back before its last step.
import { after, before, test } from 'node:test'
import * as admin from '../../support/dashboard-journey.ts'
import { mouse } from '../../support/hands.ts'
import * as user from '../../support/hosted-sign-in.ts'
import { people } from '../../support/legacy-postgres.ts'
import { moveUsers, signInWithoutStore, stopAskingAndWatch } from '../../support/whole-journey.ts'

const { dot } = people

let journey: admin.Journey

before(async () => {
  journey = await admin.startJourney(mouse)
})
after(() => journey?.close())

test('a finish that was rolled back before its last step asks the legacy store again, and is done once more to its end', async () => {
  await moveUsers(journey)
  await stopAskingAndWatch(journey)
  await admin.convert(journey)
  await user.isRefused(journey, dot.email, dot.password, 'wrong')
  await admin.rollBack(journey)
  await user.signIn(journey, dot.email, dot.password)

  await admin.stopAsking(journey)
  await admin.watch(journey, async () => undefined)
  await admin.convert(journey)
  await admin.disconnect(journey)
  await signInWithoutStore(journey)
  await user.signIn(journey, dot.email, dot.password)
})
