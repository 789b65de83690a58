import { testInChromium } from '../../support/clients/browser-example.ts'

testInChromium({
  name: 'express',
  refreshes: true,
  environment: ({ server }, { client_id, client_secret }) => ({
    ISSUER: server.issuer,
    CLIENT_ID: client_id,
    CLIENT_SECRET: client_secret,
    SECRET: 'a long secret of the cookie of the application',
  }),
  readUser: async (tab, origin) => {
    await tab.goto(`${origin}/profile`)
    return JSON.parse((await tab.textContent('body')) ?? '')
  },
})
