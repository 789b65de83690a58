// An uncaught exception ends neither the process nor another call. It answers its own call, if that is known: a rejection
// keeps its call, and errors in timers and events are mapped to their call here.
'use strict'

const { EventEmitter } = require('node:events')
const timers = require('node:timers')

function handleUncaughtErrors({ calls, context, send }) {
  function recording(fn) {
    if (typeof fn !== 'function') return fn
    return function (...args) {
      try {
        return fn.apply(this, args)
      } catch (error) {
        context.record(error)
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
      context.record(error)
      throw error
    }
  }

  function uncaught(error) {
    const call = context.callOf(error)
    if (call) return calls.afterUncaught(call, error)
    calls.log(undefined, 'error', `uncaught: ${calls.describe(error)}`)
    send({ t: 'fatal', message: calls.describe(error) })
  }
  process.on('uncaughtException', uncaught)
  process.on('unhandledRejection', uncaught)
}

module.exports = { handleUncaughtErrors }
