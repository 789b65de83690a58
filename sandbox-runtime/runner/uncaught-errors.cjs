// An uncaught exception ends neither the process nor another call. It answers its own call, if that is known: a rejection
// keeps its call, and errors in timers and events are mapped to their call here.
'use strict'

const { EventEmitter } = require('node:events')
const timers = require('node:timers')

function handleUncaughtErrors({ calls, send }) {
  const callOf = new WeakMap()

  function recordCall(error) {
    const call = calls.current()
    if (call && typeof error === 'object' && error !== null && !callOf.has(error)) callOf.set(error, call)
  }

  function recording(fn) {
    if (typeof fn !== 'function') return fn
    return function (...args) {
      try {
        return fn.apply(this, args)
      } catch (error) {
        recordCall(error)
        throw error
      }
    }
  }

  for (const name of ['setTimeout', 'setInterval', 'setImmediate']) {
    const original = timers[name]
    const wrapped = (fn, ...rest) => original(recording(fn), ...rest)
    Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original))
    globalThis[name] = timers[name] = wrapped
  }
  const emit = EventEmitter.prototype.emit
  EventEmitter.prototype.emit = function (...args) {
    try {
      return emit.apply(this, args)
    } catch (error) {
      recordCall(error)
      throw error
    }
  }

  function uncaught(error) {
    const call = calls.current() ?? (typeof error === 'object' && error !== null ? callOf.get(error) : undefined)
    if (call && !call.answered) return calls.afterThrow(call, error)
    calls.log(call, 'error', `uncaught: ${calls.describe(error)}`)
    if (!call) send({ t: 'fatal', message: calls.describe(error) })
  }
  process.on('uncaughtException', uncaught)
  process.on('unhandledRejection', uncaught)
}

module.exports = { handleUncaughtErrors }
