import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { JsonValue } from '../../src/base/json.ts'
import type { Connection } from '../../src/connections/connection.ts'
import { runActionScript } from '../../src/connections/run-action-script.ts'
import { identifierType } from '../../src/connections/script-context.ts'
import type { ScriptName } from '../../src/contract/action-scripts.ts'
import { createSealer } from '../../src/keys/sealer.ts'
import { default_limits } from '../../src/sandbox/limits.ts'
import { startScriptRuntime } from '../../src/sandbox/script-runtime.ts'
import { scriptAad } from '../../src/store/sealed-aad.ts'
import { member } from '../support/requests.ts'

const sealer = createSealer('a sealing key of a test, 32 characters')
const scripts = startScriptRuntime({ onLog: () => undefined, reserved: () => [], hardened: 'off' })
after(() => scripts.close())
const deps = { sealer, scripts, script_limits: default_limits, mayReachPrivateNetworks: async () => false }
const any_arguments = '(...args) => args.pop()(null, { args })'

async function argumentsOf(
  script: ScriptName,
  args: JsonValue[],
  enable_script_context: boolean,
  source = any_arguments,
) {
  const connection: Connection = {
    tenant_id: 'tenant',
    connection_id: 'con_1',
    name: 'shop',
    strategy: 'auth0',
    options: { enabledDatabaseCustomization: true, enable_script_context },
    mode: 'import',
    configuration_sealed: {},
    configuration_origins: {},
    scripts_sealed: { [script]: sealer.seal(source, scriptAad('tenant', 'con_1', script)) },
    data: {},
    version: 1,
    has_foreign_hashes: false,
    finish_step: null,
    has_decisions: false,
    created_at: 0,
    updated_at: 0,
  }
  const result = await runActionScript(deps, connection, script, args)
  assert.ok(result.kind === 'value', JSON.stringify(result))
  return member(result.value, 'args')
}

test('with enable_script_context a script gets a context before its callback, else none [guard: script-context]', async () => {
  const connection = { id: 'con_1', name: 'shop' }
  assert.deepEqual(await argumentsOf('login', ['ada@legacy.example', 'pw'], true), [
    'ada@legacy.example',
    'pw',
    { connection, identifierType: 'email' },
  ])
  assert.deepEqual(await argumentsOf('get_user', ['ada'], true), ['ada', { connection, identifierType: 'username' }])
  assert.deepEqual(await argumentsOf('delete', ['7'], true), ['7', {}])
  assert.deepEqual(await argumentsOf('login', ['ada', 'pw'], false), ['ada', 'pw'])
})

test("change_email gets the context only where its function has a parameter for it, as in Auth0's example it has not", async () => {
  const args = ['old@legacy.example', 'new@legacy.example', true]
  const plain = '(email, newEmail, verified, callback) => callback(null, { args: [email, newEmail, verified] })'
  assert.deepEqual(await argumentsOf('change_email', args, true, plain), args)
  const with_context =
    '(email, newEmail, verified, context, callback) => callback(null, { args: [email, newEmail, verified, context] })'
  const connection = { id: 'con_1', name: 'shop' }
  assert.deepEqual(await argumentsOf('change_email', args, true, with_context), [...args, { connection }])
})

test('an identifier reads as an e-mail address, a phone number in the international form, or a username', () => {
  for (const [typed, type] of [
    ['ada@legacy.example', 'email'],
    ['+44 20 7946 0000', 'phone_number'],
    ['+442079460000', 'phone_number'],
    ['4711', 'username'],
    ['ada', 'username'],
    ['+ada', 'username'],
  ])
    assert.equal(identifierType(String(typed)), type, typed)
})
