import { testInChromium } from '../../support/clients/browser-example.ts'

testInChromium({
  name: 'react',
  refreshes: true,
  environment: ({ domain }, { client_id }) => ({ VITE_AUTH0_DOMAIN: domain, VITE_AUTH0_CLIENT_ID: client_id }),
})
