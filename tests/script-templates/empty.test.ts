import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkTemplate } from '../../src/connections/check-template.ts'
import { generateTemplate, readScriptTemplate } from '../../src/connections/script-templates.ts'
import { script_arguments, scriptNames } from '../../src/contract/action-scripts.ts'
import { default_limits } from '../../src/sandbox/limits.ts'
import { type ScriptSandbox, startScriptSandbox } from './script-caller.ts'

let sandbox: ScriptSandbox
before(() => {
  sandbox = startScriptSandbox()
})
after(() => sandbox.close())

test('the empty template has every script, and each fails with an error that says what to do', async () => {
  const scripts = await sandbox.connect('empty', {})
  for (const name of scriptNames) {
    const args = script_arguments[name].map((argument) => (argument === 'user' ? {} : 'x'))
    const { error } = await scripts.call(name, ...args)
    const message = `Please implement the script ${name} of this connection.`
    assert.deepEqual(error, { name: 'Error', message, outcome: 'script_error' })
  }
})

test('it is applied without a check, because there is no store to connect to', async () => {
  const template = await readScriptTemplate('empty')
  assert.ok(template)
  const generated = generateTemplate(template, 'shop', {})
  assert.deepEqual(Object.keys(generated.options.customScripts), ['login', 'get_user', 'list_users'])
  assert.deepEqual(generated.options.egress, { mode: 'allow_list', allow: [] })
  const deps = {
    scripts: {
      run: () => assert.fail('a script was run'),
      discard: () => undefined,
    },
    script_limits: default_limits,
    mayReachPrivateNetworks: async () => false,
  }
  const { problems } = await checkTemplate(deps, 'tenant', template, generated)
  assert.deepEqual(problems, [])
})
