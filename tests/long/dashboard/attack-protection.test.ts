// The pages of attack protection: who is locked, unlocking, and the limits.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkAxe, openDashboard, type OpenDashboard } from '../../support/dashboard.ts'

// Chromium reports each answer that refuses something.
const isUnexpected = (error: string): boolean => !/status of (400|403)/.test(error)

let dashboard: OpenDashboard

before(async () => {
  dashboard = await openDashboard()
})
after(() => dashboard.close())

test('the limits say what they do, a save sends the changed members only, and a refusal stands at its field', async () => {
  const { page, goto, server, errors } = dashboard
  await goto('attack-protection/limits')
  await page.getByText(/After 10 wrong passwords in a row a login is locked for the address/).waitFor()
  await page.getByText(/After 100 failed logins of any users within 24 hours/).waitFor()
  await page.getByText(/After 50 sign-ups within 1 minute/).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  const of_login = page.getByRole('region', { name: 'Wrong passwords of one login' })
  await of_login.getByLabel('Wrong passwords in a row', { exact: true }).fill('2')
  await of_login.getByText(/After 2 wrong passwords in a row/).waitFor()
  const tags = of_login
    .getByRole('combobox', { name: 'Addresses that are never counted' })
    .or(of_login.getByLabel('Addresses that are never counted'))
  await tags.first().fill('nowhere')
  await tags.first().press('Enter')
  await of_login.getByRole('button', { name: 'Save' }).click()
  await of_login
    .getByText(/"nowhere" is neither an IP address nor a CIDR range/)
    .first()
    .waitFor()
  await server.must('PATCH', 'attack-protection/brute-force-protection', { mode: 'count_per_identifier' })
  await tags.first().press('Backspace')
  await of_login.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved', { exact: true }).first().waitFor()
  const saved = await server.must('GET', 'attack-protection/brute-force-protection')
  assert.deepEqual([saved.max_attempts, saved.mode, saved.allowlist], [2, 'count_per_identifier', []])

  const of_address = page.getByRole('region', { name: 'Requests of one address' })
  await of_address.getByRole('textbox', { name: /^Failed logins/ }).fill('3')
  await of_address.getByRole('button', { name: 'Save' }).click()
  await page.waitForTimeout(500)
  const { stage } = await server.must('GET', 'attack-protection/suspicious-ip-throttling')
  assert.deepEqual(stage['pre-login'], { max_attempts: 3, rate: 28_800_000 })
  assert.deepEqual(stage['pre-user-registration'], { max_attempts: 50, rate: 1200 })
  assert.deepEqual(errors.filter(isUnexpected), [])
})

test('a locked login and a locked address are found and unlocked', async () => {
  const { page, goto, server, errors } = dashboard
  const client = await server.createClient()
  await server.createConnection('users', {}, [client])
  await server.createUser('users', { email: 'ann@example.com', password: 'Compiler no. 1' })
  for (let nth = 0; nth < 3; nth += 1) await server.login(client, 'users', 'ann@example.com', 'wrong')
  await server.login(client, 'users', 'bob@example.com', 'wrong')
  await goto('attack-protection')
  const addresses = page.getByRole('region', { name: 'Locked addresses', exact: true }).first()
  await addresses.getByRole('button', { name: /^Unlock / }).click()
  await page.getByText('No address is locked.').waitFor()
  await page.getByRole('searchbox', { name: 'E-mail address, username or user id' }).fill('ann@example.com')
  await page.waitForURL(/q=ann/)
  await page.reload()
  await page.getByRole('button', { name: 'Unlock this login' }).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await page.getByRole('button', { name: 'Unlock this login' }).click()
  await page.getByText('ann@example.com is not locked.').waitFor()
  assert.equal((await server.login(client, 'users', 'ann@example.com', 'Compiler no. 1')).status, 200)
  const markup = '<img src=x onerror="alert(1)">'
  await page.getByRole('searchbox').fill(markup)
  await page.getByText(`${markup} is not locked.`).waitFor()
  assert.deepEqual(errors.filter(isUnexpected), [])
})

test('support unlocks addresses, and reads which role the limits need', async () => {
  const { page, goto, setRole, errors } = dashboard
  await setRole('owner@wherry.example', 'support')
  await goto('attack-protection')
  await page.getByText('No address is locked.').waitFor()
  assert.equal(await page.getByRole('link', { name: 'Limits' }).count(), 0)
  await goto('attack-protection/limits')
  await page.getByText('It needs the role viewer', { exact: false }).waitFor()
  assert.deepEqual(errors.filter(isUnexpected), [])
})
