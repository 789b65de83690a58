import { testInChromium } from '../../support/clients/browser-example.ts'

// The only SDK for browsers that takes an issuer without TLS.
testInChromium({
  name: 'spa',
  scheme: 'http',
  refreshes: true,
  uses_own_modules: false,
  environment: ({ domain }, { client_id }) => ({ AUTH0_DOMAIN: `http://${domain}`, AUTH0_CLIENT_ID: client_id }),
})
