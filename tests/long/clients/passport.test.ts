import { testInChromium } from '../../support/clients/browser-example.ts'

testInChromium({
  name: 'passport',
  refreshes: false,
  environment: ({ domain }, { client_id, client_secret }) => ({
    AUTH0_DOMAIN: domain,
    CLIENT_ID: client_id,
    CLIENT_SECRET: client_secret,
    SECRET: 'a long secret of the cookie of the application',
  }),
  readUser: async (tab, origin) => {
    await tab.goto(`${origin}/profile`)
    const { id, emails } = JSON.parse((await tab.textContent('body')) ?? '')
    return { sub: id, email: emails[0].value }
  },
})
