// Encodes the answer of a script as JSON of bounded size.
'use strict'

const { stringify, parse } = JSON
const dropped_keys = new Set(['__proto__', 'constructor', 'prototype'])
const depth_max = 64

const lost_max = 10
const path_max = 100

/**
 * Encodes the values as `returned`, or answers `bad_result` with the reason; never throws.
 *
 * @param onLost is called with the path and the kind of a member whose value JSON cannot hold, for the first ten of them
 */
function encodeValues(values, result_bytes, onLost) {
  let text
  let lost = 0
  const lose = (path, kind) => {
    lost += 1
    if (lost <= lost_max) onLost(path === '' ? 'The value' : path, kind)
  }
  try {
    text = stringify(values.map((value) => plain(value, [], { path: '', lose })))
  } catch (error) {
    const reason =
      error instanceof BadResult ? error.message : `the result cannot be written as JSON (${error?.message})`
    return { kind: 'bad_result', message: reason }
  }
  if (Buffer.byteLength(text) > result_bytes) {
    return { kind: 'bad_result', message: `the result is larger than ${result_bytes} bytes` }
  }
  return { kind: 'returned', values: parse(text) }
}

class BadResult extends Error {}

/** Why JSON cannot hold a value; undefined where it can. */
function kindOfLost(value) {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (value instanceof Date && Number.isNaN(value.getTime())) return 'an invalid Date'
  if (value instanceof Map) return 'a Map'
  return value instanceof Set ? 'a Set' : undefined
}

/** The path of a member. Beyond 100 characters it ends with `…`; no name is cut, because it may be a secret. */
function pathOf(path, name) {
  const longer = `${path}${path === '' ? '' : '.'}${name}`
  if (longer.length <= path_max) return longer
  return path.endsWith('…') ? path : `${path}…`
}

/** A value as JSON holds it. `place` has its path and is called with values that JSON cannot hold. */
function plain(value, parents, place) {
  const kind = place && kindOfLost(value)
  if (kind !== undefined) place.lose(place.path, kind)
  const at = (name) => place && { ...place, path: pathOf(place.path, name) }
  if (value === undefined || value === null || typeof value === 'function' || typeof value === 'symbol') return null
  // An integer that a JavaScript number holds exactly is a number; a larger one its digits.
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object') return value
  if (parents.includes(value)) throw new BadResult('the result is cyclic')
  if (parents.length >= depth_max) throw new BadResult(`the result is nested deeper than ${depth_max} levels`)
  const chain = [...parents, value]
  if (typeof value.toJSON === 'function') return plain(value.toJSON(), chain, place)
  if (ArrayBuffer.isView(value)) return bytesOf(value)
  if (Array.isArray(value)) return Array.from(value, (item, index) => plain(item, chain, at(`[${index}]`)))
  if (value instanceof String || value instanceof Number || value instanceof Boolean) return value.valueOf()
  const copy = {}
  for (const key of Object.keys(value)) {
    const item = value[key]
    if (dropped_keys.has(key) || item === undefined || typeof item === 'function' || typeof item === 'symbol') continue
    copy[key] = plain(item, chain, at(key))
  }
  return copy
}

/** Bytes in the form of a Buffer's JSON. */
function bytesOf({ buffer, byteOffset, byteLength }) {
  return { type: 'Buffer', data: Array.from(new Uint8Array(buffer, byteOffset, byteLength)) }
}

const text_max = 4096

/** Cuts a text with the mark that the server looks for: what masks secrets masks the beginning of one before it. */
const cut = (text, length_max) => (text.length > length_max ? `${text.slice(0, length_max)}… (cut)` : text)

function short(value) {
  let text
  try {
    text = String(value)
  } catch {
    text = 'an error that cannot be written as text'
  }
  return cut(text, text_max)
}

function pick(read) {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** The code of the first error within `error` that has one: `cause`, AggregateError, and drivers' own fields. */
function innerCode(error) {
  let inner = error
  for (let depth = 0; depth < 6; depth += 1) {
    inner = pick(() => inner.cause ?? inner.errors?.[0] ?? inner.originalError ?? inner.parent)
    if (inner === null || typeof inner !== 'object') return undefined
    const code = pick(() => inner.code)
    if (typeof code === 'string') return code
  }
  return undefined
}

/** Encodes name, message, code, cause_code, status and the helper classes' arguments; bounded, never throws. */
function encodeError(error) {
  if (error === null || typeof error !== 'object') return { name: 'Error', message: short(error) }
  const name = pick(() => error.name)
  const message = pick(() => error.message)
  const encoded = {
    name: short(typeof name === 'string' && name !== '' ? name : 'Error'),
    message: short(typeof message === 'string' ? message : (pick(() => stringify(plain(error, []))) ?? '')),
  }
  const code = pick(() => error.code)
  if (typeof code === 'string' || typeof code === 'number') encoded.code = short(code)
  const cause_code = innerCode(error)
  if (cause_code !== undefined) encoded.cause_code = short(cause_code)
  const statuses = [
    pick(() => error.response?.status),
    pick(() => error.response?.statusCode),
    pick(() => error.status),
    pick(() => error.statusCode),
    pick(() => error.$metadata?.httpStatusCode),
  ]
  const status = statuses.find(Number.isInteger)
  if (status !== undefined) encoded.status = status
  const args = pick(() => error.script_error_args)
  if (Array.isArray(args))
    encoded.args = args.slice(0, 4).map((arg) => (arg === undefined || arg === null ? null : short(arg)))
  return encoded
}

/** True for V8's errors of exhausted memory. */
function isOutOfMemory(error) {
  const message = pick(() => error.message)
  return (
    error instanceof RangeError &&
    typeof message === 'string' &&
    /allocation failed|out of memory|WebAssembly\.Memory/i.test(message)
  )
}

module.exports = { cut, encodeValues, encodeError, isOutOfMemory }
