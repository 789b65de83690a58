// The interface of the native `bcrypt` on hash-wasm. Hashes are byte for byte the same; $2y$ is accepted.
'use strict'

const { randomBytes, timingSafeEqual } = require('node:crypto')

const default_rounds = 10

function createModule({ requireFromTree }) {
  const { bcrypt: hashBytes } = requireFromTree('hash-wasm')
  const bcryptjs = requireFromTree('bcryptjs')

  function rounded(rounds) {
    const number = Number(rounds ?? default_rounds) || default_rounds
    return Math.min(31, Math.max(4, number))
  }

  function genSaltSync(rounds, minor = 'b') {
    const number = rounded(rounds)
    return `$2${minor}$${String(number).padStart(2, '0')}$${bcryptjs.encodeBase64(randomBytes(16), 16)}`
  }

  function check(data, other, what) {
    if (data === undefined || data === null || other === undefined || other === null)
      throw new Error(`data and ${what} arguments required`)
    if (typeof data !== 'string' && !Buffer.isBuffer(data)) throw new Error('data must be a string or Buffer')
  }

  /** The bytes of a password that bcrypt uses: up to the first NUL byte, at most 72. */
  function passwordBytes(data) {
    const bytes = Buffer.from(data)
    const end = bytes.indexOf(0)
    return bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, 72))
  }

  async function hashWithSalt(data, salt) {
    const parts = /^\$2([abxy])\$(\d\d)\$([./A-Za-z0-9]{22})/.exec(salt)
    if (!parts) throw new Error(`Invalid salt. Salt must be in the form of: $Vers$log2(NumRounds)$saltvalue`)
    const password = passwordBytes(data)
    // hash-wasm refuses an empty password, which bcrypt does not.
    if (password.length === 0) return bcryptjs.hashSync('', salt.slice(0, 29))
    const salt_bytes = Uint8Array.from(bcryptjs.decodeBase64(parts[3], 16))
    const hashed = await hashBytes({ password, salt: salt_bytes, costFactor: Number(parts[2]), outputType: 'encoded' })
    return `$2${parts[1]}$${hashed.slice(4)}`
  }

  function same(left, right) {
    const one = Buffer.from(left)
    const two = Buffer.from(right)
    return one.length === two.length && timingSafeEqual(one, two)
  }

  async function hashAsync(data, salt) {
    check(data, salt, 'salt')
    return hashWithSalt(data, typeof salt === 'number' ? genSaltSync(salt) : String(salt))
  }

  async function compareAsync(data, hash) {
    check(data, hash, 'hash')
    if (!/^\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}$/.test(String(hash))) return false
    return same(await hashWithSalt(data, String(hash)), String(hash))
  }

  /** Returns a promise, or calls the callback if there is one. */
  function promiseOrCallback(callback, promise) {
    if (typeof callback !== 'function') return promise
    promise.then(
      (value) => process.nextTick(callback, null, value),
      (error) => process.nextTick(callback, error),
    )
    return undefined
  }

  const text = (data) => passwordBytes(data).toString('utf8')
  const jsForm = (hash) => String(hash).replace(/^\$2x\$/, '$2y$')
  return {
    genSalt(...args) {
      const rounds = typeof args[0] === 'function' ? undefined : args[0]
      const minor = typeof args[1] === 'string' ? args[1] : undefined
      return promiseOrCallback(args.at(-1), Promise.resolve(genSaltSync(rounds, minor)))
    },
    genSaltSync,
    hash: (data, salt, callback) => promiseOrCallback(callback, hashAsync(data, salt)),
    hashSync(data, salt) {
      check(data, salt, 'salt')
      return bcryptjs.hashSync(text(data), typeof salt === 'number' ? genSaltSync(salt) : salt)
    },
    compare: (data, hash, callback) => promiseOrCallback(callback, compareAsync(data, hash)),
    compareSync(data, hash) {
      check(data, hash, 'hash')
      return bcryptjs.compareSync(text(data), jsForm(hash))
    },
    getRounds: (hash) => bcryptjs.getRounds(hash),
  }
}

let made
module.exports = { shim: (from) => (made ??= createModule(from)) }
