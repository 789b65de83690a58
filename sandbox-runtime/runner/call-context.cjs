// Which call the running code belongs to.
'use strict'

const { AsyncLocalStorage } = require('node:async_hooks')

function openCallContext() {
  const storage = new AsyncLocalStorage()
  const calls_of_errors = new WeakMap()

  const current = () => storage.getStore()
  const run = (call, fn) => storage.run(call, fn)

  /** Remembers the call that an error was thrown in, if no call inside it is known. */
  function record(error, call = storage.getStore()) {
    if (call && typeof error === 'object' && error !== null && !calls_of_errors.has(error))
      calls_of_errors.set(error, call)
  }

  /** The call that an uncaught error belongs to. */
  const callOf = (error) =>
    (typeof error === 'object' && error !== null ? calls_of_errors.get(error) : undefined) ?? storage.getStore()

  /** `fn`, to be run in the call that is current now; an error that it throws is remembered and thrown on. */
  function carry(fn) {
    const call = storage.getStore()
    if (call === undefined || typeof fn !== 'function') return fn
    return function (...args) {
      return storage.run(call, () => {
        try {
          return fn.apply(this, args)
        } catch (error) {
          record(error, call)
          throw error
        }
      })
    }
  }

  return { current, run, record, callOf, carry }
}

module.exports = { openCallContext }
