// Runs the rules of a tenant and then its post-login actions, one after the other, in one call: the source of the call is their list as JSON.
// The answer says how they ended, what they changed in the tokens, and which metadata to store. The server checks each of these again.
'use strict'

const { callbackify } = require('node:util')
const { createApi, openCache } = require('./action-api.cjs')
const { encodeError } = require('./encode.cjs')
const { positionIn } = require('./source-position.cjs')

const chains_max = 8
// Before the deadline of the call, so that the answer can name the rule.
const margin_ms = 250
const rule_parameters = 3

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const kindOf = (value) => (value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`)

/** A member of what a rule passes on: an object; absent, the one before it stays. */
function passedOn(name, next, before) {
  if (next === undefined || next === null) return before
  if (isObject(next)) return next
  throw new TypeError(`it passed ${kindOf(next)} to its callback as the ${name}, which must be an object`)
}

/** The changes of metadata in a call: one for each user and member, stored when the call has ended. */
function collectMetadata() {
  const changes = []
  return {
    changes,
    add(user_id, member, change) {
      const known = changes.find((each) => each.user_id === user_id && member in each)
      if (known) Object.assign(known[member], change)
      else changes.push({ user_id, [member]: { ...change } })
    },
  }
}

/** The global `auth0` of rules. */
function openAuth0({ domain, api, user, metadata }) {
  function merge(member, change) {
    const merged = Object.entries({ ...user[member], ...change }).filter(([, value]) => value !== null)
    user[member] = Object.fromEntries(merged)
    return user[member]
  }
  function updater(member) {
    return function update(first, change, callback) {
      const user_id = isObject(first) ? first.id : first
      const is_valid = typeof user_id === 'string' && isObject(change)
      if (is_valid) metadata.add(user_id, member, change)
      const done = is_valid
        ? Promise.resolve({ user_id, [member]: user_id === user.user_id ? merge(member, change) : change })
        : Promise.reject(new TypeError('expected the id of a user and an object with metadata'))
      if (typeof callback !== 'function') return done
      callbackify(() => done)(callback)
      return undefined
    }
  }
  const users = { updateAppMetadata: updater('app_metadata'), updateUserMetadata: updater('user_metadata') }
  return { domain, users, ...(api && { baseUrl: api.base_url, accessToken: api.token }) }
}

function openPostLogin({ compiler, currentCall, requireModule, log }) {
  const chains = new Map()
  const cache = openCache()

  function ruleFunction(rule) {
    rule.run ??= compiler.evaluate(compiler.parseSource(rule.source, 'rule'), 'rule', rule_parameters)
    if (rule.run === undefined) throw new TypeError('the source is not a function')
    return rule.run
  }

  /** Runs one rule, and answers what it passes on. */
  function runRule(rule, { user, context }, call) {
    return new Promise((resolve, reject) => {
      const fail = reject
      call.fail = fail
      const callback = (error, next_user, next_context) => {
        if (error) fail(error)
        else resolve([next_user, next_context])
      }
      const answer = ruleFunction(rule)(user, context, callback)
      if (typeof answer?.then === 'function') answer.then(undefined, reject)
    }).then(([next_user, next_context]) => ({
      user: passedOn('user', next_user, user),
      context: passedOn('context', next_context, context),
    }))
  }

  const redirectOf = ({ redirect }) => (isObject(redirect) ? (redirect.url ?? null) : null)

  /** A login is redirected once. @throws where a step demands it again: the login must not complete as if the demand were met */
  function checkRedirect(url, { is_resumed }) {
    if (is_resumed && url !== null)
      throw new Error('it redirects a login that comes back from a redirect, and a login is redirected once')
  }

  /** What the rules made of the context. */
  function stateOf({ idToken, accessToken, redirect, multifactor, primaryUser }, user_id) {
    const { scope, ...access_token } = isObject(accessToken) ? accessToken : {}
    return {
      id_token: isObject(idToken) ? idToken : {},
      access_token,
      scope: Array.isArray(scope) ? scope : null,
      redirect: redirectOf({ redirect }),
      multifactor: isObject(multifactor) && multifactor.provider !== 'none',
      links_users: Boolean(primaryUser) && primaryUser !== user_id,
    }
  }

  /** Runs the function of one action for its event: after its redirect `onContinuePostLogin`. */
  function runAction(action, event, api, { is_continued, call }) {
    return new Promise((resolve, reject) => {
      call.fail = reject
      action.exports ??= compiler.evaluateModule(action.source, 'action')
      const { onExecutePostLogin, onContinuePostLogin } = action.exports
      const run = is_continued ? onContinuePostLogin : onExecutePostLogin
      if (typeof run === 'function') resolve(run(event, api))
      else if (is_continued) resolve()
      else reject(new TypeError('it does not export the function onExecutePostLogin'))
    })
  }

  function describe({ kind, name }, given) {
    const error = given ?? new Error('it threw no value')
    return { kind, step: name, error: { ...encodeError(error), ...positionIn(kind, error) } }
  }

  const hasEnded = ({ redirect, multifactor, links_users, denied }) =>
    redirect !== null || multifactor || links_users || denied !== undefined

  async function runChain(steps, input) {
    const { user, context, event: login, secrets, domain, api: api_access, deadline_ms, resumed_by } = input
    const call = currentCall()
    const metadata = collectMetadata()
    const { user_id } = user
    // With the metadata that the rules change.
    const profile = structuredClone(user)
    call.auth0 = openAuth0({ domain, api: api_access, user: profile, metadata })
    const enter = (step) => {
      call.script = step.kind
      call.running = step
    }
    const timer = setTimeout(
      () => call.fail?.(new Error(`it did not end within ${Math.round(deadline_ms / 1000)} s`)),
      Math.max(1, deadline_ms - margin_ms),
    )
    try {
      let passed = { user, context }
      const rules = steps.filter(({ kind }) => kind === 'rule')
      for (const rule of rules) {
        enter(rule)
        passed = await runRule(rule, passed, call)
        checkRedirect(redirectOf(passed.context), input)
      }
      const state = stateOf(passed.context, user_id)
      const event = login && { ...login, user: { ...login.user, ...structuredClone(profile) } }
      for (const action of steps.filter(({ kind }) => kind === 'action')) {
        if (hasEnded(state)) break
        enter(action)
        event.secrets = { ...secrets[action.id] }
        const is_continued = action.id === resumed_by
        const can_redirect = login.can_redirect && !is_continued
        const note = (text) => log(call, 'warn', text)
        const changeMetadata = metadata.add
        const executed = rules.map(({ id }) => id)
        const api = createApi({
          action,
          state,
          event,
          domain,
          can_redirect,
          rules: executed,
          cache,
          requireModule,
          changeMetadata,
          note,
        })
        await runAction(action, event, api, { is_continued, call })
        if (state.denied !== undefined) {
          const error = Object.assign(new Error(state.denied), { name: 'UnauthorizedError' })
          return { failed: describe(action, error), metadata: metadata.changes }
        }
        checkRedirect(state.redirect, input)
      }
      return { ...state, metadata: metadata.changes }
    } catch (error) {
      return { failed: describe(call.running ?? {}, error), metadata: metadata.changes }
    } finally {
      clearTimeout(timer)
    }
  }

  /** The function that runs a list of rules and actions; the same one for the same hash. */
  function compile(hash, source) {
    let chain = chains.get(hash)
    if (chain === undefined) {
      const steps = JSON.parse(source)
      chain = (input) => runChain(steps, input)
      if (chains.size >= chains_max) chains.delete(chains.keys().next().value)
      chains.set(hash, chain)
    }
    return chain
  }

  return { compile }
}

module.exports = { openPostLogin }
