import assert from 'node:assert/strict'
import { it } from 'node:test'
import { testInChromium } from '../support/clients/browser-example.ts'
import { inChromium, press } from '../support/clients/browser-journey.ts'
import { fillInLogin } from '../support/clients/hosted-pages.ts'

testInChromium(
  {
    name: 'spa',
    refreshes: true,
    uses_own_modules: false,
    environment: ({ domain }, { client_id }) => ({ AUTH0_DOMAIN: domain, AUTH0_CLIENT_ID: client_id }),
  },
  (deps) => {
    it('logs in in a window of its own, and silently in a hidden frame after a reload', async () => {
      const { issuer, chromium, application } = deps()
      const user = await issuer.newLegacyUser()
      await inChromium(chromium, async (tab, context) => {
        await tab.goto(application.origin)
        const [window] = await Promise.all([context.waitForEvent('page'), press(tab, 'Log in in a window')])
        await fillInLogin(window, user)
        await tab.getByText('Log out', { exact: true }).waitFor()
        await tab.reload()
        await tab.getByText('Log out', { exact: true }).waitFor()
        assert.match((await tab.textContent('#profile')) ?? '', new RegExp(user.email))
      })
      assert.equal((await issuer.server.logs('type:ssa'))[0]?.['user_name'], user.email)
    })
  },
)
