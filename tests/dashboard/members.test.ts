import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { admin_password } from '../support/admin-api.ts'
import { checkAxe, openDashboard, owner_email, phone, signIn, type OpenDashboard } from '../support/dashboard.ts'
import { ticketIn } from '../support/requests.ts'

const email = 'new@wherry.example'
let dashboard: OpenDashboard

before(async () => {
  dashboard = await openDashboard()
})
after(() => dashboard?.close())

test('an owner invites a member by a link to hand over where no mail server is set, changes the role, reads the change in the audit, and removes the member', async () => {
  const { page, goto, admins, errors } = dashboard
  await goto('members')
  await page.getByText('No invitation is open.').waitFor()
  await page.getByRole('button', { name: 'Invite a member' }).click()
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(email)
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: `${email} is invited` })
  await dialog.getByText('No mail server is set').waitFor()
  await dialog.getByText(`Give this link to ${email} yourself`).waitFor()
  const link = await dialog.getByText('/u/admin-setup?ticket=').textContent()
  assert.deepEqual(await checkAxe(page), [])
  await dialog.getByRole('button', { name: 'I have the link' }).click()
  await page.getByRole('button', { name: `Withdraw the invitation of ${email}` }).waitFor()
  await page.getByText('/u/admin-setup?ticket=').waitFor({ state: 'detached' })
  assert.deepEqual(await checkAxe(page), [])

  const form = { ticket: ticketIn(link), password: admin_password, password_repeat: admin_password }
  assert.equal((await admins.sendForm(form)).status, 303)
  await goto('members')
  const role = page.getByRole('combobox', { name: `Role of ${email}` })
  assert.equal(await role.inputValue(), 'viewer')
  await role.click()
  await page.getByRole('option', { name: 'support' }).click()
  await page.getByText(`${email} is support now`).waitFor()

  await goto('audit')
  await page.getByRole('link', { name: `Changed the role of a member: ${email}` }).click()
  await page.getByRole('row', { name: /^role viewer support$/ }).waitFor()
  assert.deepEqual(await checkAxe(page), [])

  await goto('members')
  await page.getByRole('button', { name: `Remove ${email}` }).click()
  await page.getByRole('textbox', { name: `Type ${email} to confirm` }).fill(email)
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByText(`${email} is no longer a member`).waitFor()
  assert.deepEqual(errors, [])
})

test('the last owner keeps the role; an editor sees no members but the audit', async () => {
  const { page, goto, admins, setRole, newContext, server, errors, tenant_id } = dashboard
  await goto('members')
  await page.getByRole('combobox', { name: `Role of ${owner_email}` }).click()
  await page.getByRole('option', { name: 'editor' }).click()
  await page.getByText(/last owner of the tenant default/).waitFor()
  // Chromium reports the refusal on the console.
  assert.ok(errors.splice(0).every((error) => error.includes('409')))

  const editor_email = 'editor@wherry.example'
  await admins.setUp(editor_email)
  await setRole(editor_email, 'editor')
  const tab = await (await newContext()).newPage()
  await signIn(tab, server.admin_url, editor_email)
  await tab.getByRole('link', { name: 'Audit' }).waitFor()
  assert.equal(await tab.getByRole('link', { name: 'Members' }).count(), 0)
  const token = await admins.accessToken(editor_email)
  assert.equal((await admins.api(token, 'GET', 'tenant-admins', undefined, tenant_id)).status, 403)
  const body = { email, role: 'owner' }
  assert.equal((await admins.api(token, 'POST', 'tenant-admin-invitations', body, tenant_id)).status, 403)
  assert.deepEqual(errors, [])
})

test('an owner sees no last sign-in of a member of other tenants, and cannot end the sessions; in a tenant without a mail server, the dialog names the command of the operator', async () => {
  const { page, goto, admins, server, errors } = dashboard
  const both = 'both@wherry.example'
  const { id } = await server.must('POST', 'tenants', { name: 'acme', domain: 'acme.example' })
  await admins.setUp(both)
  const ticket = await admins.newTicket(id)
  assert.equal((await admins.sendForm({ ticket, email: both, password: admin_password, existing: '1' })).status, 303)
  await goto('members')
  const row = page.getByRole('row', { name: new RegExp(both) })
  await row.getByText('Not shown: other tenants').waitFor()
  await row.getByRole('group', { name: /only this member ends these sessions/ }).waitFor()
  assert.equal(await row.getByRole('button', { name: `Sign out ${both} everywhere` }).isDisabled(), true)
  assert.deepEqual(await checkAxe(page), [])

  const tab = await (await dashboard.newContext()).newPage()
  await signIn(tab, server.admin_url, both)
  await tab.goto(`${server.admin_url}/t/${id}/members`)
  await tab.getByRole('button', { name: 'Invite a member' }).click()
  await tab.getByRole('textbox', { name: 'E-mail address' }).fill('ceo@bigco.example')
  await tab.getByRole('button', { name: 'Invite', exact: true }).click()
  await tab.getByText(/no mail server.*wherry admin-link --tenant acme/).waitFor()
  assert.ok(errors.splice(0).every((error) => error.includes('409')))
})

test('a phone and a tablet show each member and invitation whole, in the longer language, too', async () => {
  const { page, goto, admins, tenant_id, errors } = dashboard
  const long = (name: string): string => `${name}-of-a-subsidiary-with-a-long-name@harbour.example`
  await admins.setUp(long('member'))
  const token = await admins.accessToken(owner_email)
  const body = { email: long('invited'), role: 'support' }
  assert.equal((await admins.api(token, 'POST', 'tenant-admin-invitations', body, tenant_id)).status, 201)
  await page.evaluate(`localStorage.setItem('wherry.language', 'de')`)
  for (const width of [320, phone.width, 769]) {
    await page.setViewportSize({ width, height: phone.height })
    await goto('members')
    await page.getByText(long('member')).waitFor()
    await page.getByText(long('invited')).waitFor()
    const cut = await page
      .locator('main table')
      .evaluateAll(
        (tables) =>
          tables.filter(({ scrollWidth, parentElement }) => scrollWidth > (parentElement?.clientWidth ?? 0)).length,
      )
    assert.equal(cut, 0, String(width))
    const ends = await page
      .locator('main')
      .getByRole('button')
      .evaluateAll((buttons) => buttons.map((button) => button.getBoundingClientRect().right))
    assert.ok(ends.length >= 5 && Math.max(...ends) <= width, `${width}: ${ends.join(', ')}`)
  }
  await page.evaluate(`localStorage.removeItem('wherry.language')`)
  assert.deepEqual(errors, [])
})

test('an open tab follows a change of the role, and after a removal shows no page of the tenant any more', async () => {
  const { admins, server, setRole, newContext, errors } = dashboard
  const leaving = 'leaving@wherry.example'
  await admins.setUp(leaving)
  await setRole(leaving, 'viewer')
  const tab = await (await newContext()).newPage()
  await signIn(tab, server.admin_url, leaving)
  const navigation = tab.getByRole('navigation', { name: 'Navigation' })
  await navigation.getByRole('link', { name: 'Users' }).click()
  await tab.getByRole('heading', { level: 1, name: 'Users' }).waitFor()
  await setRole(leaving, 'support')
  await navigation.getByRole('link', { name: 'Applications' }).click()
  await tab.getByText('Your role does not permit this page').waitFor()
  await navigation.getByRole('link', { name: 'Applications' }).waitFor({ state: 'detached' })

  await server.internals.db.deleteFrom('tenant_admins').where('role', '=', 'support').execute()
  await navigation.getByRole('link', { name: 'Migration' }).click()
  await tab.getByRole('heading', { name: 'You are no longer a member of default' }).waitFor()
  await tab.goBack()
  await tab.goBack()
  await tab.getByRole('heading', { name: 'You are no longer a member of default' }).waitFor()
  assert.equal(await tab.getByRole('heading', { name: 'Users' }).count(), 0)
  assert.deepEqual(await checkAxe(tab), [])
  await tab.getByRole('button', { name: 'Sign out' }).click()
  await tab.getByRole('heading', { name: 'You are signed out' }).waitFor()
  // Chromium reports each refusal.
  assert.deepEqual(
    errors.splice(0).filter((error) => !/status of (403|404)/.test(error)),
    [],
  )
})
