// Runs the actions of a trigger that decides nothing, such as post-migration: each of them, also where one fails.
'use strict'

const { encodeError } = require('./encode.cjs')
const { positionIn } = require('./source-position.cjs')

const script = 'action'

function openEventActions({ compiler, currentCall }) {
  function runAction(action, { event, secrets, function_name }, call) {
    return new Promise((resolve, reject) => {
      call.fail = reject
      action.exports ??= compiler.evaluateModule(action.source, script)
      const run = action.exports[function_name]
      if (typeof run !== 'function') throw new TypeError(`it does not export the function ${function_name}`)
      resolve(run({ ...structuredClone(event), secrets: { ...secrets[action.id] } }, {}))
    })
  }

  function describe({ name }, error) {
    const { line } = positionIn(script, error) ?? {}
    const encoded = encodeError(error)
    const where = line === undefined ? '' : `, line ${line}`
    return `The action "${name}"${where}: ${encoded.name}: ${encoded.message}`
  }

  /** The function that runs a list of actions, and answers the failures. */
  function compile(source) {
    const actions = JSON.parse(source)
    return async (input) => {
      const call = currentCall()
      call.script = script
      const failures = []
      for (const action of actions) {
        await runAction(action, input, call).catch((error) => failures.push(describe(action, error)))
      }
      return { failures }
    }
  }

  return { compile }
}

module.exports = { openEventActions }
