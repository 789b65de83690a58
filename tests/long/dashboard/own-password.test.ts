// The change of the own password in the menu of the admin.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { admin_password } from '../../support/admin-api.ts'
import { checkAxe, openDashboard, owner_email, phone, signIn, type OpenDashboard } from '../../support/dashboard.ts'

const next_password = 'another horse, another battery'
let dashboard: OpenDashboard

before(async () => {
  dashboard = await openDashboard()
})
after(() => dashboard?.close())

test('an admin changes the own password by the current one, stays signed in here and is signed out elsewhere', async () => {
  const { page, goto, admins, server, newContext, errors } = dashboard
  const elsewhere = await (await newContext()).newPage()
  await signIn(elsewhere, server.admin_url)
  await goto('users')
  await page.getByRole('button', { name: `Signed in as ${owner_email}` }).click()
  await page.getByRole('menuitem', { name: 'Change your password' }).click()
  const dialog = page.getByRole('dialog', { name: 'Change your password' })
  const field = (label: string) => dialog.getByLabel(label, { exact: true })
  const send = () => dialog.getByRole('button', { name: 'Change', exact: true }).click()
  await dialog.getByText(`wherry admin-link --user ${owner_email}`).waitFor()
  assert.deepEqual(await checkAxe(page), [])

  await send()
  assert.equal(await dialog.getByText('Fill this field in').count(), 2)
  await field('Current password').fill('a wrong password')
  await field('New password').fill(next_password)
  await field('Repeat the new password').fill('something else')
  await send()
  await dialog.getByText('The two passwords differ').waitFor()
  await field('Repeat the new password').fill(next_password)
  await send()
  await dialog.getByText('This is not your password').waitFor()
  await field('Current password').and(page.locator(':focus')).waitFor()
  assert.equal(await dialog.getByRole('alert').count(), 0)
  await field('Current password').fill(admin_password)
  for (const label of ['New password', 'Repeat the new password']) await field(label).fill('short')
  await send()
  await dialog.getByText(/^Choose a stronger one/).waitFor()
  await page.setViewportSize(phone)
  assert.ok((await page.locator('html').evaluate(({ scrollWidth }) => scrollWidth)) <= phone.width)
  await page.setViewportSize({ width: 1280, height: 800 })
  assert.equal((await admins.logIn(owner_email)).status, 200)
  // Chromium reports each refusal.
  assert.ok(errors.splice(0).every((error) => /status of (400|403)/.test(error)))

  for (const label of ['New password', 'Repeat the new password']) await field(label).fill(next_password)
  await send()
  await page.getByText('Your password is changed').waitFor()
  assert.equal(await dialog.count(), 0)
  // The next page is read with a token of the new session.
  await page.getByRole('link', { name: 'Applications' }).click()
  await page.getByRole('link', { name: /Management API client/ }).waitFor()
  assert.equal((await admins.logIn(owner_email)).status, 403)
  assert.equal((await admins.logIn(owner_email, next_password)).status, 200)
  await elsewhere.getByRole('navigation').getByRole('link', { name: 'Applications' }).click()
  await elsewhere.getByRole('button', { name: /^Sign in/ }).waitFor()
  assert.ok(errors.splice(0).every((error) => /status of 401/.test(error)))
})
