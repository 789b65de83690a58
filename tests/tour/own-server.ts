import { freePort } from '../support/free-port.ts'
import { startTestServer } from '../support/test-server.ts'
import type { CheckoutServer } from './checkout-server.ts'

/** Starts a server like `startCheckout`, of this checkout and in the test's own process, which costs no start of another one. */
export async function startOwnServer(env: Record<string, string>, production_hashes: boolean): Promise<CheckoutServer> {
  const port = String(await freePort())
  const server = await startTestServer({
    production_hashes,
    env: {
      WHERRY_PORT: port,
      WHERRY_PUBLIC_URL: `http://localhost:${port}`,
      WHERRY_TRUST_PROXY: 'loopback',
      // The default of the product, in place of that of test servers.
      WHERRY_EGRESS_PRIVATE_TENANTS: '',
      ...env,
    },
  })
  const { admin_setup_url = '', ...first_run } = server.first_run
  return {
    port: server.port,
    data_dir: server.data_dir,
    firstRun: () => ({ ...first_run, admin_setup_url }),
    stop: server.close,
  }
}
