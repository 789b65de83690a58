// The whole migration on screen, without a mouse.
import { after, before, test } from 'node:test'
import { convert, disconnect, startJourney, type Journey } from '../../support/dashboard-journey.ts'
import { keyboard } from '../../support/keyboard.ts'
import { moveUsers, signInWithoutStore, stopAskingAndWatch } from '../../support/whole-journey.ts'

let journey: Journey

before(async () => {
  journey = await startJourney(keyboard)
})
after(() => journey?.close())

test('an admin moves the users of a PostgreSQL by the keyboard alone, and they log in after it was stopped', async () => {
  await moveUsers(journey)
  await stopAskingAndWatch(journey)
  await convert(journey)
  await disconnect(journey)
  await signInWithoutStore(journey)
})
