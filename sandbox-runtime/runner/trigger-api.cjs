// The `api` of the actions of each trigger but post-login. Its methods change the state of the call, which the server checks before it
// applies it.
'use strict'

const { needText, plainCopy } = require('./action-api.cjs')

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value) => String(value ?? '')

/** The methods of the `api` beside `cache`, by the trigger. A method answers the `api`, so that calls can be chained. */
const methods = {
  'pre-user-registration'({ event, state, chained }) {
    const setMetadata = (member) =>
      chained((name, value) => {
        const copy = plainCopy(value)
        state[member] = { ...state[member], [needText(name, 'the name')]: copy }
        const before = isObject(event.user[member]) ? event.user[member] : {}
        event.user[member] = { ...before, [name]: copy }
        if (copy === null) delete event.user[member][name]
      })
    return {
      access: {
        deny: chained((reason, message) => (state.denied = { reason: textOf(reason), message: textOf(message) })),
      },
      validation: {
        error: chained((code, message) => {
          state.denied = { code: needText(code, 'the code'), reason: textOf(message), message: textOf(message) }
        }),
      },
      user: { setAppMetadata: setMetadata('app_metadata'), setUserMetadata: setMetadata('user_metadata') },
    }
  },
  'credentials-exchange'({ event, state, chained }) {
    return {
      access: {
        deny: chained((code, reason) => {
          state.denied = { code: needText(code, 'the code'), reason: textOf(reason), message: textOf(reason) }
        }),
      },
      accessToken: {
        setCustomClaim: chained((name, value) => {
          const copy = plainCopy(value)
          state.access_token = { ...state.access_token, [needText(name, 'the claim')]: copy }
          event.accessToken.customClaims[name] = copy
        }),
      },
    }
  },
}

/** Creates the `api` of one action of a trigger. Its methods change `state` and show in `event`. */
function createTriggerApi(trigger, { event, state, cache }) {
  const api = { cache }
  const chained =
    (change) =>
    (...args) => {
      change(...args)
      return api
    }
  return Object.assign(api, methods[trigger]?.({ event, state, chained }))
}

module.exports = { createTriggerApi }
