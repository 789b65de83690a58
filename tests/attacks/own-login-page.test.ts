// A tenant's own login page runs the tenant's script on the origin of the tenant. The admin origin is another port of the same host: the
// browser counts both as one site, and sends the cookies of one to the other.
import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { ada } from '../oauth/ada.ts'
import { createBrowserClient, newVerifier } from '../oauth/browser-client.ts'
import { admin_password, createAdminApi, type AdminApi } from '../support/admin-api.ts'
import { launchChromium } from '../support/chromium.ts'
import { bearer } from '../support/requests.ts'
import { realm_grant } from '../support/tenant-api.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const email = 'owner@example.com'
let server: TestServer
let admins: AdminApi
let chromium: Browser
let context: BrowserContext
/** The tenant's own page, with the script of the attacker. */
let own_page: Page
/** A page of the admin origin, where the token of an admin is kept. */
let admin_page: Page

before(async () => {
  server = await startTestServer({ https: true })
  admins = createAdminApi(server)
  await admins.setUp(email)
  const app = await createBrowserClient(server, { custom_login_page: '<title>own page</title><p>@@config@@</p>' })
  chromium = await launchChromium()
  context = await chromium.newContext({ ignoreHTTPSErrors: true })
  admin_page = await context.newPage()
  await admin_page.goto(server.admin_url)
  // The dashboard leads to its sign-in page, which is of the same origin.
  await admin_page.locator('input[type=password]').waitFor()
  const token = await admins.accessToken(email)
  await admin_page.evaluate(`localStorage.token = sessionStorage.token = ${JSON.stringify(token)}`)
  own_page = await context.newPage()
  const [name, value] = [ada.email, ada.password].map((text) => JSON.stringify(text))
  await own_page.goto(`${server.issuer}${app.authorize({ prompt: 'login' }).slice(1)}`)
  // A user is signed in: the browser has the cookies of a session.
  await own_page.evaluate(`(async () => {
    const { internalOptions } = JSON.parse(atob(document.querySelector('p').textContent))
    const body = JSON.stringify({ state: internalOptions.state, username: ${name}, password: ${value} })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch('/usernamepassword/login', { method: 'POST', headers, body })
    const form = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('form')
    await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' })
  })()`)
})

after(async () => {
  await chromium?.close()
  await server?.close()
})

const json = JSON.stringify

/** What a script of the tenant's own page gets: the value, or the name of the error. */
async function attack(script: string): Promise<unknown> {
  return await own_page.evaluate<unknown>(`(async () => {
    const admins = ${json(server.admin_url)}
    try { return await (async () => { ${script} })() } catch (error) { return error.name }
  })()`)
}

it('reads no cookie of a session, and nothing that a page of the admin origin keeps', async () => {
  assert.equal(await own_page.title(), 'own page')
  assert.ok((await context.cookies(server.issuer)).some(({ name }) => name === 'auth0'))
  assert.equal(await attack('return document.cookie'), '')
  assert.ok(await admin_page.evaluate('localStorage.token'))
  assert.deepEqual(await attack('return { ...localStorage, ...sessionStorage }'), {})
})

it('reads no page and no answer of the admin origin, in no frame and no window', async () => {
  const api = `/t/${server.internals.tenant_id}/api/v2/users`
  for (const path of ['/', '/u/admin-setup', api]) {
    assert.equal(
      await attack(`return (await fetch(admins + ${json(path)}, { credentials: 'include' })).status`),
      'TypeError',
    )
  }
  await attack(`const frame = document.createElement('iframe')
    frame.src = admins + '/'
    document.body.append(frame)
    await new Promise((resolve) => { frame.onload = resolve; setTimeout(resolve, 3000) })`)
  assert.deepEqual(
    own_page.frames().filter((frame) => frame.url().startsWith(server.admin_url)),
    [],
  )
  const opened = `const tab = open(admins + '/')
    for (let waits = 0; waits < 50; waits += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      if (tab.document.readyState === undefined) break
    }`
  assert.equal(await attack(opened), 'SecurityError')
})

it('reaches neither the session of an admin nor the Management API, with the cookies of both ports', async () => {
  const { code_verifier: _, ...challenge } = newVerifier()
  const tab = await context.newPage()
  await tab.goto(`${server.admin_url}${admins.authorizeAddress(challenge)}`)
  await tab.locator('input[name=username]').fill(email)
  await tab.locator('input[name=password]').fill(admin_password)
  await tab.locator('button[type=submit]').click()
  await tab.waitForURL(`${server.admin_url}/**`, { waitUntil: 'commit' })
  await admin_page.goto(`${server.admin_url}/robots.txt`)
  const own = `fetch('/session', { headers: { 'wherry-dashboard': '1' } }).then(({ status }) => status)`
  assert.equal(await admin_page.evaluate(own), 200, 'the browser has the session')

  const answered: number[] = []
  context.on('response', (response) => {
    if (response.url() === `${server.admin_url}/session`) answered.push(response.status())
  })
  for (const options of [
    `{ credentials: 'include' }`,
    `{ credentials: 'include', headers: { 'wherry-dashboard': '1' } }`,
    `{ credentials: 'include', method: 'DELETE' }`,
  ]) {
    assert.equal(await attack(`return (await fetch(admins + '/session', ${options})).status`), 'TypeError', options)
  }
  const blind = `return (await fetch(admins + '/session', { mode: 'no-cors', credentials: 'include' })).type`
  assert.equal(await attack(blind), 'opaque')
  await attack(`const frame = document.createElement('iframe')
    frame.src = admins + '/session'
    document.body.append(frame)
    await new Promise((resolve) => { frame.onload = resolve; setTimeout(resolve, 2000) })`)
  const [opened] = await Promise.all([context.waitForEvent('page'), attack(`open(admins + '/session')`)])
  await opened.waitForLoadState()
  assert.doesNotMatch(await opened.content(), /access_token/)
  await opened.close()
  assert.ok(answered.length >= 3)
  assert.deepEqual(
    answered.filter((status) => status === 200),
    [],
  )
  const api = `/t/${server.internals.tenant_id}/api/v2/users`
  assert.equal(
    await attack(`return (await fetch(admins + ${json(api)}, { credentials: 'include' })).status`),
    'TypeError',
  )
  assert.equal(await admin_page.evaluate(own), 200, 'the session goes on')
  await tab.close()
})

it('cannot lock an admin out by logins in the background', async () => {
  const form = { grant_type: realm_grant, realm: 'admins', client_id: 'wherry-dashboard', username: email }
  const guessed = await attack(`let last
    for (let guess = 0; guess < 11; guess += 1) {
      const body = new URLSearchParams({ ...${json(form)}, password: 'guess ' + guess })
      last = await fetch(admins + '/oauth/token', { method: 'POST', mode: 'no-cors', credentials: 'include', body })
    }
    return last.type`)
  assert.equal(guessed, 'opaque')
  assert.equal((await admins.logIn(email, admin_password)).status, 200)
})

it('gains nothing by cookies that it plants', async () => {
  await context.clearCookies({ name: '__Host-Http-wherry_admin' })
  const token = String(await admin_page.evaluate('localStorage.token'))
  const names = ['auth0', 'auth0_compat', 'token', 'wherry_browser', 'wherry_admin', '__Host-Http-wherry_admin']
  await attack(names.map((name) => `document.cookie = ${json(`${name}=${token}; path=/; secure`)}`).join(';'))
  assert.ok((await context.cookies(server.admin_url)).some(({ name, value }) => name === 'token' && value === token))
  const session = `${server.admin_url}/session`
  const own = { 'wherry-dashboard': '1' }
  // An admin of another tenant is the author of the script.
  const theirs = admins.browser()
  const { code_verifier: _, ...challenge } = newVerifier()
  assert.equal((await theirs.logIn(admins.authorizeAddress(challenge), email, admin_password)).status, 303)
  const planted = theirs.jar.get('__Host-Http-wherry_admin') ?? ''
  assert.equal((await theirs.visit('/session')).status, 200)
  await attack(`document.cookie = ${json(`__Host-Http-wherry_admin=${planted}; path=/; secure`)}`)
  assert.equal((await context.request.get(session, { headers: own })).status(), 401, 'a script sets no such cookie')
  const cookie = {
    name: '__Host-Http-wherry_admin',
    value: planted,
    url: server.admin_url,
    secure: true,
    httpOnly: true,
  }
  await context.addCookies([cookie])
  assert.equal((await context.request.get(session, { headers: own })).status(), 200, 'it would have been accepted')
  await context.clearCookies({ name: cookie.name })
  const api = `${server.admin_url}/t/${server.internals.tenant_id}/api/v2/users`
  // These requests send the cookies of the browser.
  assert.equal((await context.request.get(api)).status(), 401)
  assert.equal((await context.request.get(api, { headers: bearer(token) })).status(), 200)
})
