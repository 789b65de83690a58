// `mongodb`. Drivers before 5 took callbacks; a script that pins one of them, or none, gets a driver that takes
// both callbacks and promises, and whose options may be the old ones.
'use strict'

const withdrawn = [
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
  for (const name of [...withdrawn, 'poolSize']) delete options[name]
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
