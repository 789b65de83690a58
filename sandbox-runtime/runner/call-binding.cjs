// Keeps the call of a callback. A driver calls it from an event of a socket that belongs to no call, or to the call that
// opened it: without this file, console lines and errors of the callback would belong to no call, or to another one.
'use strict'

const path = require('node:path')

const connection = ['connect', 'query', 'changeUser', 'beginTransaction', 'commit', 'rollback', 'ping', 'end']
const listeners = ['on', 'once', 'addListener', 'prependListener', 'prependOnceListener']
const ldap = ['add', 'bind', 'compare', 'del', 'exop', 'modify', 'modifyDN', 'search', 'starttls', 'unbind']
const tedious = ['connect', 'execSql', 'execSqlBatch', 'callProcedure', 'prepare', 'execute', 'execBulkLoad', 'close']
const sql_server = [
  'connect',
  'query',
  'batch',
  'bulk',
  'execute',
  'prepare',
  'unprepare',
  'begin',
  'commit',
  'rollback',
]

// Module → the classes and objects whose methods take callbacks of scripts: file, export (or none), methods.
const bound_methods = {
  jsonwebtoken: [['jsonwebtoken', undefined, ['sign', 'verify']]],
  mysql: [
    ['mysql/lib/Connection', undefined, [...connection, 'statistics']],
    ['mysql/lib/Pool', undefined, ['getConnection', 'query', 'end']],
    ['mysql/lib/PoolNamespace', undefined, ['getConnection', 'query']],
    ['mysql/lib/protocol/sequences/Sequence', undefined, listeners],
  ],
  mysql2: [
    ['mysql2/lib/base/connection.js', undefined, [...connection, 'execute', 'prepare', 'reset']],
    ['mysql2/lib/base/pool.js', undefined, ['getConnection', 'query', 'execute', 'end']],
    ['mysql2/lib/commands/command.js', undefined, listeners],
  ],
  pg: [
    ['pg', 'Client', ['connect', 'query', 'end']],
    ['pg', 'Pool', ['connect', 'query', 'end']],
    ['pg', 'Query', listeners],
  ],
  ldapjs: [
    ['ldapjs/lib/client/client.js', undefined, ldap],
    ['ldapjs/lib/corked_emitter.js', undefined, listeners],
  ],
  tedious: [
    ['tedious', 'Connection', tedious],
    ['tedious', 'Request', listeners],
  ],
  mssql: [
    ['tedious', 'Connection', tedious],
    ['tedious', 'Request', listeners],
    ...['Request', 'ConnectionPool', 'PreparedStatement', 'Transaction'].map((name) => ['mssql', name, sql_server]),
    ['mssql', 'Request', listeners],
  ],
}
// Properties of a query object that hold its callback.
const callback_properties = ['callback', '_callback', 'onResult']

function openCallBinding({ bind, carry }) {
  const done = new Set()

  /** A listener that `removeListener` finds by the function that the script passed. */
  function bindListener(fn) {
    const bound = bind(fn)
    if (bound !== fn) bound.listener = fn
    return bound
  }

  function bindArgument(arg) {
    if (typeof arg === 'function') return bind(arg)
    if (typeof arg !== 'object' || arg === null) return arg
    for (const key of callback_properties) if (typeof arg[key] === 'function') arg[key] = bind(arg[key])
    return arg
  }

  function bindMethod(prototype, method) {
    const original = prototype[method]
    if (typeof original !== 'function') return
    const bindAny = listeners.includes(method) ? bindListener : bindArgument
    prototype[method] = function (...args) {
      return original.apply(this, args.map(bindAny))
    }
  }

  /** Keeps the call of handlers of bluebird's promises, whose queue runs those of several calls together. */
  function carryHandlers(bluebird) {
    const { _then } = bluebird.prototype
    bluebird.prototype._then = function (on_fulfilled, on_rejected, ...rest) {
      return _then.call(this, carry(on_fulfilled), carry(on_rejected), ...rest)
    }
    const { getNewLibraryCopy } = bluebird
    bluebird.getNewLibraryCopy = () => carryHandlers(getNewLibraryCopy())
    return bluebird
  }

  function carryTasks(q) {
    const { nextTick } = q
    q.nextTick = Object.assign((task) => nextTick(carry(task)), nextTick)
  }

  function bindQueue(name, requireFromTree) {
    if (done.has(name)) return
    done.add(name)
    if (name === 'bluebird') carryHandlers(requireFromTree(name))
    if (name === 'q') carryTasks(requireFromTree(name))
    if (name === 'request-promise') bindQueue('bluebird', requireFromTree)
  }

  /** Changes the classes of a module, once, so that the callbacks passed to them keep their call. */
  return function bindModule(name, requireFromTree) {
    for (const [file, member, methods] of bound_methods[name] ?? []) {
      const key = `${file} ${member} ${methods[0]}`
      if (done.has(key)) continue
      done.add(key)
      // By its path, which a package that lists its exports does not name.
      const [, inside] = /^[^/]+\/(.+)$/.exec(file) ?? []
      const folder = path.dirname(requireFromTree.resolve(`${name}/package.json`))
      const loaded = requireFromTree(inside === undefined ? file : path.join(folder, inside))
      const owner = member === undefined ? loaded : loaded[member]
      for (const method of methods) bindMethod(typeof owner === 'function' ? owner.prototype : owner, method)
    }
    bindQueue(name, requireFromTree)
  }
}

module.exports = { openCallBinding }
