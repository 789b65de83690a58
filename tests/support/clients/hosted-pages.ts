// What users do on the hosted pages in a real browser.
import type { Page } from 'playwright-core'
import type { TestServer } from '../test-server.ts'
import type { LegacyUser } from './issuer.ts'

/** Fills in the login page that is shown, and sends it. */
export async function fillInLogin(tab: Page, { email, password }: LegacyUser): Promise<void> {
  await tab.fill('[name=username]', email)
  await tab.fill('[name=password]', password)
  await tab.click('button[type=submit]')
}

/** Fills in the sign-up page that is shown, and sends it. */
export async function fillInSignUp(tab: Page, { email, password }: LegacyUser): Promise<void> {
  await tab.fill('[name=email]', email)
  await tab.fill('[name=password]', password)
  await tab.click('button[type=submit]')
}

/** From the login page that is shown, asks for a new password, opens the mailed link and chooses one. */
export async function resetPassword(tab: Page, server: TestServer, { email, password }: LegacyUser): Promise<void> {
  await tab.getByText('Forgot your password?').click()
  await tab.fill('[name=username]', email)
  await tab.click('button[type=submit]')
  await tab.getByText('Check your messages').first().waitFor()
  await followResetLink(tab, server, { email, password })
}

/** Opens the mailed link to a new password, and chooses one. */
export async function followResetLink(tab: Page, server: TestServer, { email, password }: LegacyUser): Promise<void> {
  const [mail] = await server.outbox(email)
  const link = /https?:\/\/\S+/.exec(String(mail?.['text']))?.[0]
  if (link === undefined) throw new Error(`No link was mailed to ${email}`)
  await tab.goto(link)
  await tab.fill('[name=password]', password)
  await tab.fill('[name=password_repeat]', password)
  await tab.click('button[type=submit]')
  await tab.getByText('Your password was changed').first().waitFor()
}
