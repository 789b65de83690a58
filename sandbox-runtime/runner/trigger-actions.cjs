// Runs the actions of a trigger other than post-login, one after the other, in one call: the source of the call is their list as JSON. Where
// the trigger decides, the first action that denies or fails is the last one; else all run, also after one that fails.
'use strict'

const { openCache } = require('./action-api.cjs')
const { encodeError } = require('./encode.cjs')
const { positionIn } = require('./source-position.cjs')
const { createTriggerApi } = require('./trigger-api.cjs')

/** The scripts of the calls that run the actions of a trigger, by the names that the script log shows. */
const trigger_scripts = new Set([
  'pre_user_registration',
  'post_user_registration',
  'post_change_password',
  'credentials_exchange',
  'send_phone_message',
  'post_migration',
])

const script = 'action'
const lists_max = 16
// Before the deadline of the call, so that the answer can name the action.
const margin_ms = 250

function openTriggerActions({ compiler, currentCall }) {
  const lists = new Map()
  const caches = new Map()

  function cacheOf(trigger) {
    if (!caches.has(trigger)) caches.set(trigger, openCache())
    return caches.get(trigger)
  }

  function runAction(action, { function_name, event, api }, call) {
    return new Promise((resolve, reject) => {
      call.fail = reject
      action.exports ??= compiler.evaluateModule(action.source, script)
      const run = action.exports[function_name]
      if (typeof run !== 'function') throw new TypeError(`it does not export the function ${function_name}`)
      resolve(run(event, api))
    })
  }

  function describe({ id, name }, given) {
    const error = given ?? new Error('it threw no value')
    const { line } = positionIn(script, error) ?? {}
    const encoded = encodeError(error)
    const where = line === undefined ? '' : `, line ${line}`
    return { id, step: name, line, text: `The action "${name}"${where}: ${encoded.name}: ${encoded.message}` }
  }

  async function runActions(actions, input) {
    const { trigger, is_deciding, event: given, secrets, deadline_ms } = input
    const call = currentCall()
    call.script = script
    const event = structuredClone(given)
    const state = {}
    const done = []
    const failures = []
    let is_late = false
    const timer = setTimeout(
      () => {
        is_late = true
        call.fail?.(new Error(`it did not end within ${Math.round(deadline_ms / 1000)} s`))
      },
      Math.max(1, deadline_ms - margin_ms),
    )
    for (const action of actions) {
      if (is_late) break
      event.secrets = { ...secrets[action.id] }
      const api = createTriggerApi(trigger, { event, state, cache: cacheOf(trigger) })
      await runAction(action, { ...input, event, api }, call).then(
        () => done.push(action.id),
        (error) => failures.push(describe(action, error)),
      )
      if (state.denied !== undefined) state.denied.step ??= action.name
      if (is_deciding && (state.denied !== undefined || failures.length > 0)) break
    }
    clearTimeout(timer)
    return { ...state, done, failures }
  }

  /** The function that runs a list of actions; the same one for the same hash. */
  function compile(hash, source) {
    let run = lists.get(hash)
    if (run === undefined) {
      const actions = JSON.parse(source)
      run = (input) => runActions(actions, input)
      if (lists.size >= lists_max) lists.delete(lists.keys().next().value)
      lists.set(hash, run)
    }
    return run
  }

  return { compile }
}

module.exports = { openTriggerActions, trigger_scripts }
