// Runs the login script of a first login in the product's sandbox, without a server around it.
import { default_limits } from '../../src/sandbox/limits.ts'
import { startScriptRuntime } from '../../src/sandbox/script-runtime.ts'
import { serveMetrics } from '../measure/serve-metrics.ts'
import { legacyUser } from './legacy-store.ts'

const { SCRIPT: source = '', URL: url = '', STORE: store_name = '', HARDENED: hardened } = process.env
const runtime = startScriptRuntime({
  onLog: () => {},
  reserved: () => [],
  hardened: hardened === 'required' ? 'required' : 'off',
})

serveMetrics({
  script: async (nth) => {
    const { email, password } = legacyUser(store_name, nth)
    const result = await runtime.run({
      unit: { tenant_id: 'bench', unit_id: 'bench', version: 1 },
      script: 'login',
      source,
      args: [email, password],
      configuration: { URL: url },
      egress: { mode: 'open', allow: [new URL(url).host], private_networks: true },
      limits: default_limits,
      retry: true,
    })
    if (result.kind !== 'returned') throw new Error(`the script did not answer: ${JSON.stringify(result)}`)
  },
})
