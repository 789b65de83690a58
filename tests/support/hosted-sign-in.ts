// What users do on the hosted pages during a migration, each in a browser of their own.
import type { Page as Tab } from 'playwright-core'
import { button, type Journey } from './dashboard-journey.ts'
import type { LegacyPerson } from './legacy-postgres.ts'

/** Opens the hosted sign-in in a browser of the person, fills it in, and answers the page that follows. */
async function fillSignIn(journey: Journey, name: string, password: string): Promise<Tab> {
  const { hands, dashboard, sign_in_url } = journey
  const tab = await (await dashboard.newContext()).newPage()
  await tab.goto(sign_in_url)
  await hands.type(tab.locator('[name=username]'), name)
  await hands.type(tab.locator('[name=password]'), password)
  await hands.press(button(tab, 'Log in'))
  return tab
}

/** A person logs in on the hosted page, and comes back to the application. */
export async function signIn(journey: Journey, name: string, password: string): Promise<void> {
  const tab = await fillSignIn(journey, name, password)
  await tab.getByRole('heading', { name: 'Welcome to the shop' }).waitFor()
  await tab.context().close()
}

/** A person logs in on the hosted page, and reads why that was not possible. */
export async function isRefused(journey: Journey, name: string, password: string, reads: string): Promise<void> {
  const tab = await fillSignIn(journey, name, password)
  await tab.getByText(reads).waitFor()
  await tab.context().close()
}

/** A person who has forgotten the password gets a link by mail, and chooses a new one. */
export async function resetPassword(journey: Journey, person: LegacyPerson, password: string): Promise<void> {
  const { hands, dashboard, sign_in_url } = journey
  const tab = await (await dashboard.newContext()).newPage()
  await tab.goto(sign_in_url)
  await hands.press(tab.getByRole('link', { name: 'Forgot your password?' }))
  await hands.type(tab.locator('input:visible').first(), person.email)
  await hands.press(button(tab, 'Send the link'))
  await tab.getByRole('heading', { name: 'Check your messages' }).waitFor()
  const [mail] = await dashboard.server.outbox(person.email)
  const link = /https?:\/\/\S+reset\S*/.exec(String(mail?.['text']))?.[0]
  if (link === undefined) throw new Error(`No link was mailed to ${person.email}: ${JSON.stringify(mail)}`)
  await tab.goto(link)
  await hands.type(tab.getByLabel('New password'), password)
  await hands.type(tab.getByLabel('Repeat the password'), password)
  await hands.press(button(tab, 'Change the password'))
  await tab.getByRole('heading', { name: 'Your password was changed' }).waitFor()
  await tab.context().close()
}
