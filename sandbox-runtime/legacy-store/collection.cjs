// Collections of MongoDB, by `mongodb`. A value is compared and stored as it is: an object, which could hold operators, is refused.
'use strict'

const { ValidationError } = require('../runner/script-errors.cjs')
const { openKeptPools } = require('./kept-pools.cjs')

const connect_ms = 3000
const request_ms = 4000
const usual_pool_max = 4
const page_size = 500
const found_max = 20

// https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
const duplicate_key = 11000
const time_limit_exceeded = 50
const unavailable = [91, 189, 10058, 10107, 11600, 11602, 13435, 13436]

// A comparison without regard to letter case.
const ignoring_case = { locale: 'en', strength: 2 }

const isPlain = (value) =>
  value === null || value instanceof Date || ['string', 'number', 'boolean', 'bigint'].includes(typeof value)

function requirePlain(values) {
  for (const [path, value] of Object.entries(values)) {
    if (!isPlain(value)) throw new TypeError(`the value of ${path} is neither a text, a number, a flag nor a time`)
  }
}

/** The path in a filter: a field of any element of a list, which an index covers. */
const withoutPlaces = (path) => path.replace(/\.\d+(?=\.|$)/g, '')

/** The value at a path, such as `emails.0.address`; of a list without a place in the path, the first. */
function valueAt(document, path) {
  let value = document
  for (const key of path.split('.')) {
    if (Array.isArray(value) && !/^\d+$/.test(key)) value = value[0]
    value = Object.hasOwn(Object(value), key) ? value[key] : undefined
  }
  return Array.isArray(value) ? value[0] : value
}

/** Sets the value at a path, and creates objects, and lists for places in the path, on the way. */
function setAt(document, path, value) {
  const keys = path.split('.')
  const last = keys.pop()
  let inner = document
  keys.forEach((key, at) => {
    inner[key] ??= /^\d+$/.test(keys[at + 1] ?? last) ? [] : {}
    inner = inner[key]
  })
  inner[last] = value
}

/** The error that a script passes on, with a code by which an outage is recognised. */
function readableError(error) {
  if (error.code === duplicate_key) {
    return Object.assign(new ValidationError('user_exists', 'The user exists already.'), { cause: error })
  }
  const is_late = error.code === time_limit_exceeded || error.name === 'MongoWaitQueueTimeoutError'
  const code = is_late ? 'ETIMEDOUT' : unavailable.includes(error.code) ? 'EHOSTUNREACH' : undefined
  return code === undefined ? error : Object.assign(new Error(error.message, { cause: error }), { code })
}

/** Opens the function `collection`, which keeps its clients for the process of the connection. */
function openCollections(requireFromTree) {
  const clientOf = openKeptPools()

  function openClient({ url, ca, pool_max }) {
    const client = new (requireFromTree('mongodb').MongoClient)(url, {
      maxPoolSize: pool_max,
      serverSelectionTimeoutMS: connect_ms,
      connectTimeoutMS: connect_ms,
      socketTimeoutMS: request_ms,
      waitQueueTimeoutMS: request_ms,
      // A second attempt would not end before the deadline of the script.
      retryReads: false,
      retryWrites: false,
      ...(ca && { tls: true, ca }),
    })
    return { client, end: () => client.close() }
  }

  /** The ids that a text stands for. */
  function idsOf(text) {
    const { ObjectId, UUID } = requireFromTree('mongodb')
    return [
      text,
      ...(/^[0-9a-f]{24}$/i.test(text) ? [new ObjectId(text)] : []),
      ...(UUID.isValid(text) ? [new UUID(text)] : []),
      ...(/^-?\d{1,15}$/.test(text) ? [Number(text)] : []),
    ]
  }

  return function collection(url, name, { ca, pool_max = usual_pool_max } = {}) {
    const settings = { url: String(url), ca: ca || undefined, pool_max: Number(pool_max) }

    async function run(work) {
      const { client } = clientOf(JSON.stringify(settings), () => openClient(settings))
      try {
        return await work(client.db().collection(name))
      } catch (error) {
        throw readableError(error)
      }
    }

    return {
      /** Up to 20 documents in which a path has its value; compared exactly, and without regard to letter case where none is found so. */
      findAny(values, { ignore_case = false } = {}) {
        requirePlain(values)
        const filter = {
          $or: Object.entries(values).map(([path, value]) => ({ [withoutPlaces(path)]: { $eq: value } })),
        }
        const find = (users, options) =>
          users
            .find(filter, { ...options, maxTimeMS: request_ms })
            .limit(found_max)
            .toArray()
        return run(async (users) => {
          const found = await find(users, {})
          return found.length > 0 || !ignore_case ? found : await find(users, { collation: ignoring_case })
        })
      },

      /** Inserts a document with values at paths. */
      insert(values) {
        requirePlain(values)
        const document = {}
        for (const [path, value] of Object.entries(values)) setAt(document, path, value)
        return run(async (users) => void (await users.insertOne(document)))
      },

      /** Sets values at paths of the document with this `_id`; resolves with the number of documents found, 0 or 1. */
      update(id, values) {
        requirePlain(values)
        return run(async (users) => (await users.updateOne({ _id: { $eq: id } }, { $set: values })).matchedCount)
      },

      /** Removes the document whose id reads as this text; resolves with the number removed, 0 or 1. */
      remove(id_text) {
        const filter = { _id: { $in: idsOf(String(id_text)) } }
        return run(async (users) => (await users.deleteOne(filter)).deletedCount)
      },

      /** 500 documents in the order of their ids, and the cursor of the next page or null. */
      page(cursor) {
        const { EJSON } = requireFromTree('mongodb').BSON
        const filter = cursor === null ? {} : { _id: { $gt: EJSON.parse(cursor).after } }
        return run(async (users) => {
          const documents = await users
            .find(filter, { maxTimeMS: request_ms })
            .sort({ _id: 1 })
            .limit(page_size)
            .toArray()
          const next = documents.length < page_size ? null : EJSON.stringify({ after: documents.at(-1)._id })
          return { documents, next }
        })
      },
    }
  }
}

module.exports = { openCollections, valueAt }
