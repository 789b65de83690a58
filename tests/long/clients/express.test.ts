import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { it } from 'node:test'
import { testInChromium } from '../../support/clients/browser-example.ts'
import { inChromium, press } from '../../support/clients/browser-journey.ts'
import { fillInLogin } from '../../support/clients/hosted-pages.ts'
import { installExample } from '../../support/clients/running-example.ts'
import { freePort } from '../../support/free-port.ts'

const secret = 'a long secret of the cookie of the application'

/** Starts an application with other options of the middleware than the example, in this process. */
async function startApplication(origin: string, options: object) {
  const require = createRequire(join(installExample('express'), 'package.json'))
  const app = require('express')()
  app.use(require('express-openid-connect').auth({ baseURL: origin, secret, authRequired: false, ...options }))
  app.get('/', (request: { oidc: { user?: unknown } }, response: { send(html: string): void }) => {
    const user = JSON.stringify(request.oidc.user ?? null)
    response.send(`<a href="/login">Log in</a> <a href="/logout">Log out</a> <pre id="profile">${user}</pre>`)
  })
  const listener = app.listen(Number(new URL(origin).port), 'localhost')
  await once(listener, 'listening')
  return { close: () => listener.close() }
}

testInChromium(
  {
    name: 'express',
    refreshes: true,
    environment: ({ server }, { client_id, client_secret }) => ({
      ISSUER: server.issuer,
      CLIENT_ID: client_id,
      CLIENT_SECRET: client_secret,
      SECRET: secret,
    }),
    readUser: async (tab, origin) => {
      await tab.goto(`${origin}/profile`)
      return JSON.parse((await tab.textContent('body')) ?? '')
    },
  },
  (deps) => {
    it('logs in by an ID token in a form, its default, and logs out at the endpoint that discovery names', async () => {
      const { issuer, chromium } = deps()
      const { server } = issuer
      const origin = `http://localhost:${await freePort()}`
      const { client_id } = await server.createClient({
        grant_types: ['implicit'],
        callbacks: [`${origin}/callback`],
        allowed_logout_urls: [origin],
      })
      await server.enableClient(issuer.connection_id, { client_id })
      await server.must('PATCH', 'tenants/settings', {
        oidc_logout: { rp_logout_end_session_endpoint_discovery: true },
      })
      const user = await issuer.newLegacyUser()
      const application = await startApplication(origin, {
        issuerBaseURL: server.issuer,
        clientID: client_id,
        idpLogout: true,
      })
      const [before_logout] = await server.logs('type:slo')
      await inChromium(chromium, async (tab) => {
        await tab.goto(origin)
        await press(tab, 'Log in')
        await fillInLogin(tab, user)
        await tab.waitForURL(`${origin}/`)
        assert.equal(JSON.parse((await tab.textContent('#profile')) ?? '').email, user.email)
        await press(tab, 'Log out')
        await tab.getByText('null').waitFor()
        assert.equal(tab.url(), `${origin}/`)
      })
      const [logout] = await server.logs('type:slo')
      assert.notEqual(logout?.['log_id'], before_logout?.['log_id'])
      assert.equal(logout?.['client_id'], client_id)
      application.close()
    })
  },
)
