// `mongodb`. Drivers before 5 took callbacks. A script that pins such a version, or none, gets a driver that supports
// callbacks and promises and accepts the options of those versions.
'use strict'

const removed_options = [
  'autoReconnect',
  'bufferMaxEntries',
  'keepAlive',
  'keepAliveInitialDelay',
  'reconnectInterval',
  'reconnectTries',
  'useNewUrlParser',
  'useUnifiedTopology',
]

function currentOptions(given) {
  if (typeof given !== 'object' || given === null) return given
  const options = { ...given }
  if (options.poolSize !== undefined) options.maxPoolSize ??= options.poolSize
  for (const name of [...removed_options, 'poolSize']) delete options[name]
  return options
}

function shim({ requireFromTree }) {
  const mongodb = requireFromTree('mongodb-legacy')
  class MongoClient extends mongodb.MongoClient {
    constructor(uri, options) {
      super(uri, currentOptions(options))
    }

    static connect(uri, ...rest) {
      const callback = typeof rest.at(-1) === 'function' ? rest.pop() : undefined
      return new MongoClient(uri, rest[0]).connect(callback)
    }
  }
  return { ...mongodb, MongoClient }
}

let made
module.exports = {
  shim: (from) =>
    from.name === 'mongodb' && !(from.major >= 5) ? (made ??= shim(from)) : from.requireFromTree(from.name),
}
