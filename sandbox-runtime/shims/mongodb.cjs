// `mongodb`. A script gets the driver of the interface that it was written for: 3.x for pins below 4; the current one for pins from 5 on;
// between them, and without a pin, a driver that supports callbacks and promises, with the methods that were removed meanwhile.
// Every one stops looking for a server before a call's deadline, so that an outage is reported as one.
'use strict'

const { addRemovedMethods } = require('./mongodb-removed-methods.cjs')

const server_selection_ms = 5_000
const removed_options = [
  'autoReconnect',
  'bufferMaxEntries',
  'keepAlive',
  'keepAliveInitialDelay',
  'poolSize',
  'reconnectInterval',
  'reconnectTries',
  'useNewUrlParser',
  'useUnifiedTopology',
]

const isObject = (value) => typeof value === 'object' && value !== null

/** The options with a limit for finding a server, unless the script has set its own. */
function withServerSelection(uri, options) {
  if (/[?&]serverSelectionTimeoutMS=/i.test(String(uri))) return options
  return { serverSelectionTimeoutMS: server_selection_ms, ...options }
}

function currentOptions(given) {
  if (!isObject(given)) return {}
  const options = { ...given }
  if (options.poolSize !== undefined) options.maxPoolSize ??= options.poolSize
  for (const name of removed_options) delete options[name]
  return options
}

/** A driver's module with another `MongoClient`, whose options pass through `optionsOf`. */
function withOptions(mongodb, optionsOf) {
  class MongoClient extends mongodb.MongoClient {
    constructor(uri, options) {
      super(uri, withServerSelection(uri, optionsOf(options)))
    }

    static connect(uri, ...rest) {
      const callback = typeof rest.at(-1) === 'function' ? rest.pop() : undefined
      const client = new this(uri, rest[0])
      return callback === undefined ? client.connect() : client.connect(callback)
    }
  }
  const connect = (...args) => MongoClient.connect(...args)
  return Object.assign(connect, { ...mongodb, MongoClient, connect })
}

/** Before 3, `connect` answered the database, which had `close`. */
function answeringDatabase(mongodb) {
  class MongoClient extends mongodb.MongoClient {
    static connect(uri, ...rest) {
      const callback = typeof rest.at(-1) === 'function' ? rest.pop() : undefined
      const connecting = super.connect(uri, ...rest).then((client) => {
        const database = client.db()
        database.close = client.close.bind(client)
        return database
      })
      if (callback === undefined) return connecting
      connecting.then(
        (database) => process.nextTick(callback, null, database),
        (error) => process.nextTick(callback, error),
      )
    }
  }
  const connect = (...args) => MongoClient.connect(...args)
  return Object.assign(connect, { ...mongodb, MongoClient, connect })
}

const versions = {
  current: (requireFromTree) => withOptions(requireFromTree('mongodb'), (options) => options),
  third: (requireFromTree) => {
    // It looks for optional modules from the working directory, which a script may not read.
    requireFromTree('require-at').cache.set(process.cwd(), requireFromTree)
    // Without the unified topology it would reconnect until the deadline.
    const unified = (options) => ({ useNewUrlParser: true, ...options, useUnifiedTopology: true })
    return withOptions(requireFromTree('mongodb-3'), unified)
  },
  second: (requireFromTree) => answeringDatabase(driver('third', requireFromTree)),
  fourth: (requireFromTree) => {
    const mongodb = withOptions(requireFromTree('mongodb-legacy'), currentOptions)
    addRemovedMethods(mongodb.Collection.prototype)
    return Object.assign(mongodb, { ObjectID: mongodb.ObjectId })
  },
}

const made = {}
function driver(version, requireFromTree) {
  return (made[version] ??= versions[version](requireFromTree))
}

function versionOf(major) {
  if (major >= 5) return 'current'
  if (major < 3) return 'second'
  return major === 3 ? 'third' : 'fourth'
}

module.exports = {
  shim: ({ requireFromTree, name, major }) =>
    name === 'mongodb' ? driver(versionOf(major), requireFromTree) : requireFromTree(name),
}
