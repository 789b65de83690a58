// Sends console output of scripts to the script log, with the call that wrote it.
'use strict'

const { format, inspect } = require('node:util')
const { withSourceLines } = require('./source-position.cjs')

const levels = {
  debug: 'debug',
  trace: 'debug',
  log: 'log',
  dir: 'log',
  table: 'log',
  dirxml: 'log',
  info: 'info',
  warn: 'warn',
  error: 'error',
}

function captureConsole({ current, log }) {
  const text = (method, args) => {
    try {
      const written = method === 'dir' ? inspect(args[0], args[1]) : format(...args)
      const script = current()?.script
      return script === undefined ? written : withSourceLines(script, written)
    } catch (error) {
      return `a value that cannot be written as text (${error?.message})`
    }
  }
  const captured = {}
  for (const [method, level] of Object.entries(levels)) {
    captured[method] = (...args) => log(current(), level, text(method, args))
  }
  captured.assert = (condition, ...args) => {
    if (!condition) log(current(), 'error', `Assertion failed${args.length > 0 ? `: ${text('log', args)}` : ''}`)
  }
  const ignored = [
    'group',
    'groupCollapsed',
    'groupEnd',
    'time',
    'timeEnd',
    'timeLog',
    'count',
    'countReset',
    'clear',
    'profile',
    'profileEnd',
    'timeStamp',
  ]
  for (const method of ignored) captured[method] = () => {}
  Object.assign(globalThis.console, captured)
}

module.exports = { captureConsole }
