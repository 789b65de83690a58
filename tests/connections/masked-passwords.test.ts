import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { JsonValue } from '../../src/base/json.ts'
import type { Connection } from '../../src/connections/connection.ts'
import { runActionScript } from '../../src/connections/run-action-script.ts'
import type { ScriptName } from '../../src/contract/action-scripts.ts'
import { createSealer } from '../../src/keys/sealer.ts'
import { default_limits } from '../../src/sandbox/limits.ts'
import { startScriptRuntime } from '../../src/sandbox/script-runtime.ts'
import { scriptAad } from '../../src/store/sealed-aad.ts'

const password = 'Typed-PASSWORD-1-0c6f2e'
const basic = Buffer.from(`ada@legacy.example:${password}`).toString('base64')

/** Each script that receives a password, with its arguments. */
const cases: Partial<Record<ScriptName, JsonValue[]>> = {
  login: ['ada@legacy.example', password],
  create: [{ email: 'ada@legacy.example', password, tenant: 'shop' }],
  change_password: ['ada@legacy.example', password],
}

const source = `function script(...args) {
  const callback = args.pop()
  const said = JSON.stringify(args) + ' ${basic}'
  console.log(said)
  callback(new Error(said))
}`

describe('a password that an action script receives is masked', () => {
  const lines: string[] = []
  const scripts = startScriptRuntime({ onLog: ({ text }) => lines.push(text), reserved: () => [], hardened: 'off' })
  after(() => scripts.close())
  const deps = {
    sealer: createSealer('a sealing key of a test, 32 characters'),
    scripts,
    script_limits: default_limits,
    mayReachPrivateNetworks: async () => false,
  }
  for (const [script, args] of Object.entries(cases) as [ScriptName, JsonValue[]][]) {
    test(`${script}: in its error and its log lines [guard: masked-passwords]`, async () => {
      const connection: Connection = {
        tenant_id: 'tenant',
        connection_id: 'con_1',
        name: 'legacy',
        strategy: 'auth0',
        options: { enabledDatabaseCustomization: true },
        mode: 'legacy',
        configuration_sealed: {},
        configuration_origins: {},
        scripts_sealed: { [script]: deps.sealer.seal(source, scriptAad('tenant', 'con_1', script)) },
        data: {},
        version: 1,
        has_foreign_hashes: false,
        finish_step: null,
        has_decisions: false,
        created_at: 0,
        updated_at: 0,
      }
      lines.length = 0
      const result = await runActionScript(deps, connection, script, args)
      assert.ok(result.kind === 'failed' && result.outcome === 'script_error')
      assert.match(result.message, /ada@legacy\.example.*\[password\].*\[password\]/)
      assert.deepEqual(lines, [result.message])
      for (const secret of [password, basic]) assert.ok(!result.message.includes(secret), result.message)
    })
  }
})
