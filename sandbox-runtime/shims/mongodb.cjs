// `mongodb`: the driver for the major version that a script pins.
// - below 4: driver 3.x; below 3 its `connect` returns a database
// - 4, or no version: `mongodb-legacy`, which supports callbacks and promises, with the methods that later versions removed
// - 5 and above: the newest driver
// Every driver gives up the search for a server before the deadline of a call, so that an outage is reported as an outage.
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

function legacyOptions(given) {
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

/** Driver 2.x: `connect` returns a database that has `close`. */
function withDatabaseOfConnect(mongodb) {
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
  newest: (requireFromTree) => withOptions(requireFromTree('mongodb'), (options) => options),
  v3: (requireFromTree) => {
    // The driver looks for optional modules in the working directory, which a script may not read.
    requireFromTree('require-at').cache.set(process.cwd(), requireFromTree)
    // Without the unified topology the driver would reconnect until the deadline.
    const unified = (options) => ({ useNewUrlParser: true, ...options, useUnifiedTopology: true })
    return withOptions(requireFromTree('mongodb-3'), unified)
  },
  v2: (requireFromTree) => withDatabaseOfConnect(driver('v3', requireFromTree)),
  v4: (requireFromTree) => {
    const mongodb = withOptions(requireFromTree('mongodb-legacy'), legacyOptions)
    addRemovedMethods(mongodb.Collection.prototype)
    return Object.assign(mongodb, { ObjectID: mongodb.ObjectId })
  },
}

const made = {}
function driver(version, requireFromTree) {
  return (made[version] ??= versions[version](requireFromTree))
}

function versionOf(major) {
  if (major >= 5) return 'newest'
  if (major < 3) return 'v2'
  return major === 3 ? 'v3' : 'v4'
}

module.exports = {
  shim: ({ requireFromTree, name, major }) =>
    name === 'mongodb' ? driver(versionOf(major), requireFromTree) : requireFromTree(name),
}
