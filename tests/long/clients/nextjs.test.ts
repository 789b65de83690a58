import { testInChromium } from '../../support/clients/browser-example.ts'

testInChromium({
  name: 'nextjs',
  refreshes: true,
  environment: ({ server }, { client_id, client_secret }, origin) => ({
    AUTH0_DOMAIN: server.issuer.replace(/\/$/, ''),
    AUTH0_CLIENT_ID: client_id,
    AUTH0_CLIENT_SECRET: client_secret,
    AUTH0_SECRET: 'a long secret of the cookie of the application',
    APP_BASE_URL: origin,
    NEXT_TELEMETRY_DISABLED: '1',
  }),
})
