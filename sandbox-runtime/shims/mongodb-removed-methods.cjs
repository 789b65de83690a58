// The methods of collections that drivers of MongoDB had before 4 or 5, on their successors. They take callbacks and promises.
'use strict'

/** Calls back with the result of an async method, or answers its promise. */
function withCallback(method) {
  return function (...args) {
    const callback = typeof args.at(-1) === 'function' ? args.pop() : undefined
    const promise = method.apply(this, args)
    if (callback === undefined) return promise
    promise.then(
      (value) => process.nextTick(callback, null, value),
      (error) => process.nextTick(callback, error),
    )
  }
}

const hasOperators = (change) => Object.keys(change).some((key) => key.startsWith('$'))

async function insert(documents, options) {
  const list = Array.isArray(documents) ? documents : [documents]
  const done = await this.insertMany(list, options)
  return { ...done, ops: list, result: { ok: 1, n: done.insertedCount } }
}

async function update(filter, change, options = {}) {
  const { multi, ...rest } = options
  const method = hasOperators(change) ? (multi ? 'updateMany' : 'updateOne') : 'replaceOne'
  const done = await this[method](filter, change, rest)
  return { ...done, result: { ok: 1, n: done.matchedCount + done.upsertedCount, nModified: done.modifiedCount } }
}

async function remove(filter = {}, options = {}) {
  const { single, justOne, ...rest } = options
  const done = single || justOne ? await this.deleteOne(filter, rest) : await this.deleteMany(filter, rest)
  return { ...done, result: { ok: 1, n: done.deletedCount } }
}

async function save(document, options) {
  if (document._id === undefined) return await insert.call(this, document, options)
  return await update.call(this, { _id: document._id }, document, { ...options, upsert: true })
}

/** Answers `{ value, lastErrorObject, ok }`. */
async function findAndModify(query, sort, change, options = {}) {
  const { new: returns_new, remove: removes, fields, ...rest } = options
  const given = {
    ...rest,
    includeResultMetadata: true,
    ...(sort && Object.keys(sort).length > 0 ? { sort } : {}),
    ...(fields ? { projection: fields } : {}),
  }
  if (removes) return await this.findOneAndDelete(query, given)
  const method = hasOperators(change) ? 'findOneAndUpdate' : 'findOneAndReplace'
  return await this[method](query, change, { ...given, returnDocument: returns_new ? 'after' : 'before' })
}

async function findAndRemove(query, sort, options) {
  return await findAndModify.call(this, query, sort, {}, { ...options, remove: true })
}

async function ensureIndex(keys, options) {
  return await this.createIndex(keys, options)
}

const methods = { insert, update, remove, save, findAndModify, findAndRemove, ensureIndex }

/** Adds the methods to the prototype of collections. */
function addRemovedMethods(prototype) {
  for (const [name, method] of Object.entries(methods)) prototype[name] = withCallback(method)
}

module.exports = { addRemovedMethods }
