// The `api` of post-login actions. Its methods change the state of the login, which the server checks before it obeys.
'use strict'

const cache_entries_max = 20
const cache_value_max = 8192
const cache_ms_max = 24 * 60 * 60 * 1000
const token_lifetime_s = 900

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

function needText(value, what) {
  if (typeof value !== 'string' || value === '') throw new TypeError(`${what} must be a text`)
  return value
}

/** A value as JSON holds it; null for none. A copy: an action may pass a part of the event that the value then becomes part of. */
function plainCopy(value) {
  const text = JSON.stringify(value)
  return text === undefined ? null : JSON.parse(text)
}

/** A group of methods that this server does not have: each throws an error that names it. */
function missing(group) {
  return new Proxy(
    {},
    {
      get(_, method) {
        if (typeof method === 'symbol' || method === 'then') return undefined
        return () => {
          throw new Error(`api.${group}.${method} is not supported by this server`)
        }
      },
    },
  )
}

/** The cache of all actions of the process: it ends with the process, or when actions change. */
function openCache() {
  const entries = new Map()
  const live = (key) => {
    const entry = entries.get(key)
    if (entry && entry.expires_at > Date.now()) return entry
    entries.delete(key)
    return undefined
  }
  return {
    get: (key) => {
      const entry = live(needText(key, 'the key'))
      return entry && { value: entry.value, expires_at: entry.expires_at }
    },
    set(key, value, { expires_at, ttl } = {}) {
      needText(key, 'the key')
      if (needText(value, 'the value').length > cache_value_max) return { type: 'error', code: 'ITEM_SIZE_EXCEEDED' }
      if (!live(key) && entries.size >= cache_entries_max) entries.delete(entries.keys().next().value)
      const latest = Date.now() + cache_ms_max
      entries.set(key, { value, expires_at: Math.min(latest, expires_at ?? Date.now() + (ttl ?? cache_ms_max)) })
      return { type: 'success', record: { value } }
    },
    delete: (key) => {
      entries.delete(key)
      return { type: 'success' }
    },
  }
}

/** Tokens between an action and the page that it redirects to, signed with a secret of theirs (HS256). */
function openRedirectTokens({ event, domain, requireModule }) {
  const sign = ({ secret, payload, expiresInSeconds = token_lifetime_s }) =>
    requireModule('jsonwebtoken').sign(
      { ...payload, iss: domain, sub: event.user.user_id, ip: event.request.ip },
      needText(secret, 'secret'),
      { algorithm: 'HS256', expiresIn: expiresInSeconds },
    )
  const verify = ({ secret, tokenParameterName = 'session_token' }) => {
    const token = event.request.body[tokenParameterName] ?? event.request.query[tokenParameterName]
    const options = { algorithms: ['HS256'], subject: event.user.user_id }
    const payload = requireModule('jsonwebtoken').verify(
      needText(token, `the parameter ${tokenParameterName}`),
      needText(secret, 'secret'),
      options,
    )
    if (payload.exp === undefined) throw new Error('the token has no expiry')
    return payload
  }
  return { encodeToken: sign, validateToken: verify }
}

/**
 * Creates the `api` of one action.
 *
 * @param login `state` changes: what the login becomes; `changeMetadata(user_id, member, change)`; `note(text)` writes to the script log
 */
function createApi({ action, state, event, domain, can_redirect, rules, cache, requireModule, changeMetadata, note }) {
  const api = {}
  const chained =
    (change) =>
    (...args) => {
      change(...args)
      return api
    }
  const setClaim = (token) => chained((name, value) => (state[token][needText(name, 'the claim')] = value))
  const setMetadata = (member) =>
    chained((name, value) => {
      needText(name, 'the name')
      const copy = plainCopy(value)
      const before = isObject(event.user[member]) ? event.user[member] : {}
      event.user[member] = { ...before, [name]: copy }
      if (copy === null) delete event.user[member][name]
      changeMetadata(event.user.user_id, member, { [name]: copy })
    })
  const demandFactor = chained((provider) => {
    if (provider !== 'none') state.multifactor = true
  })
  const changeScope = (change) =>
    chained(
      (scope) =>
        (state.scope = change(state.scope ?? event.transaction.requested_scopes, needText(scope, 'the scope'))),
    )
  return Object.assign(api, {
    access: { deny: chained((...reasons) => (state.denied = String(reasons.at(-1) ?? ''))) },
    accessToken: {
      setCustomClaim: setClaim('access_token'),
      addScope: changeScope((scopes, scope) => [...new Set([...scopes, scope])]),
      removeScope: changeScope((scopes, scope) => scopes.filter((each) => each !== scope)),
    },
    idToken: { setCustomClaim: setClaim('id_token') },
    user: { setAppMetadata: setMetadata('app_metadata'), setUserMetadata: setMetadata('user_metadata') },
    authentication: {
      challengeWith: demandFactor,
      challengeWithAny: demandFactor,
      enrollWith: demandFactor,
      enrollWithAny: demandFactor,
      recordMethod: chained((name) =>
        event.authentication.methods.push({ name: needText(name, 'the method'), timestamp: new Date().toISOString() }),
      ),
      setPrimaryUser: chained((user_id) => (state.links_users = user_id !== event.user.user_id)),
    },
    multifactor: { enable: demandFactor },
    redirect: {
      canRedirect: () => can_redirect,
      sendUserTo: chained((url, { query = {} } = {}) => {
        const target = new URL(needText(url, 'the URL'))
        for (const [name, value] of Object.entries(query)) target.searchParams.set(name, String(value))
        state.redirect = target.href
        state.redirected_by = action.id
      }),
      ...openRedirectTokens({ event, domain, requireModule }),
    },
    validation: { error: chained((_code, message) => (state.denied = String(message ?? ''))) },
    rules: { wasExecuted: (id) => rules.includes(id) },
    transaction: {
      setMetadata: chained((name, value) => (event.transaction.metadata[needText(name, 'the name')] = value)),
    },
    cache,
    // There is no SAML here: what an action says about its assertions concerns no login.
    samlResponse: new Proxy(
      {},
      {
        get: (_, method) =>
          typeof method === 'symbol'
            ? undefined
            : chained(() => note(`api.samlResponse.${method} is ignored: there is no SAML`)),
      },
    ),
    prompt: missing('prompt'),
    refreshToken: missing('refreshToken'),
    session: missing('session'),
    groups: missing('groups'),
    roles: missing('roles'),
  })
}

module.exports = { createApi, needText, openCache, plainCopy }
