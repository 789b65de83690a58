// The globals of scripts: the error classes, configuration, and modules that older runtimes had as globals.
'use strict'

const errors = require('./script-errors.cjs')

// Global name → module, loaded at the first access.
const module_globals = {
  _: 'lodash',
  async: 'async',
  bcrypt: 'bcrypt',
  bluebird: 'bluebird',
  crypto: 'crypto',
  jwt: 'jsonwebtoken',
  mysql: 'mysql',
  pg: 'pg',
  postgres: 'pg',
  q: 'q',
  Q: 'q',
  querystring: 'querystring',
  request: 'request',
  sqlserver: 'tedious@1.11.0',
  uuid: 'uuid',
  xml2js: 'xml2js',
  xtend: 'xtend',
}
// In older runtimes these were functions that connect: mysql({ … }), postgres(url, callback).
const called_globals = { mysql: 'connectGlobal', postgres: 'connectGlobal' }
const web_globals = ['fetch', 'Request', 'Response', 'Headers', 'FormData', 'WebSocket', 'EventSource']

function defineGlobals({ requireModule, configuration, auth0 }) {
  function define(name, get) {
    Object.defineProperty(globalThis, name, {
      configurable: true,
      enumerable: false,
      get,
      set(value) {
        Object.defineProperty(globalThis, name, { value, configurable: true, enumerable: true, writable: true })
      },
    })
  }
  const own_crypto = globalThis.crypto
  for (const [name, from] of Object.entries(module_globals)) {
    if (name === 'crypto') continue
    const method = called_globals[name]
    define(name, () => (method ? requireModule(from)[method] : requireModule(from)))
  }
  // In older runtimes `crypto` was Node's module; here it has Web Crypto's members too.
  let both
  define('crypto', () => {
    both ??= Object.create(requireModule('crypto'), {
      subtle: { value: own_crypto.subtle },
      getRandomValues: { value: own_crypto.getRandomValues.bind(own_crypto) },
      randomUUID: { value: own_crypto.randomUUID.bind(own_crypto) },
    })
    return both
  })
  for (const name of web_globals) define(name, () => requireModule('undici')[name])

  Object.assign(globalThis, errors)
  define('configuration', configuration)
  // Of rules; undefined in other scripts.
  define('auth0', auth0)
  Object.defineProperty(globalThis, 'require', { value: requireModule, configurable: true, writable: true })
  Object.defineProperty(globalThis, 'global', { value: globalThis, configurable: true, writable: true })
  Object.defineProperty(globalThis, 'Buffer', {
    value: require('node:buffer').Buffer,
    configurable: true,
    writable: true,
  })
  Object.defineProperty(process, 'env', { value: { NODE_ENV: 'production' }, configurable: true, writable: true })
}

/** The names that scripts have beside those of JavaScript itself, each with the module that it comes from. */
function globalNames() {
  const of_modules = Object.entries(module_globals).map(([name, from]) => ({ name, from }))
  const own = [
    ...Object.keys(errors),
    ...web_globals,
    'configuration',
    'global',
    'require',
    'Buffer',
    'console',
    'process',
  ]
  return [...of_modules, ...own.map((name) => ({ name }))]
}

module.exports = { defineGlobals, globalNames }
