// The interface of the native `argon2` on hash-wasm: hash, verify, needsRehash.
'use strict'

const { randomBytes, timingSafeEqual } = require('node:crypto')

const argon2d = 0
const argon2i = 1
const argon2id = 2
const names = ['argon2d', 'argon2i', 'argon2id']
const defaults = { hashLength: 32, timeCost: 3, memoryCost: 65536, parallelism: 4, type: argon2id }

function createModule({ requireFromTree }) {
  const wasm = requireFromTree('hash-wasm')

  function compute(type, password, salt, options, outputType) {
    return wasm[names[type]]({
      password: Buffer.from(password),
      salt,
      secret: options.secret ? Buffer.from(options.secret) : undefined,
      iterations: options.timeCost,
      memorySize: options.memoryCost,
      parallelism: options.parallelism,
      hashLength: options.hashLength,
      outputType,
    })
  }

  async function hash(password, given) {
    const options = { ...defaults, ...given }
    const salt = options.salt ? Buffer.from(options.salt) : randomBytes(16)
    if (options.raw) return Buffer.from(await compute(options.type, password, salt, options, 'binary'))
    return compute(options.type, password, salt, options, 'encoded')
  }

  function read(encoded) {
    const parts =
      /^\$(argon2(?:d|i|id))(?:\$v=(\d+))?\$m=(\d+),t=(\d+),p=(\d+)(?:,[^$]*)?\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
        String(encoded),
      )
    if (!parts) throw new Error('pchstr must contain a $ as first char')
    return {
      type: names.indexOf(parts[1]),
      version: Number(parts[2] ?? 16),
      memoryCost: Number(parts[3]),
      timeCost: Number(parts[4]),
      parallelism: Number(parts[5]),
      salt: Buffer.from(parts[6], 'base64'),
      hash: Buffer.from(parts[7], 'base64'),
    }
  }

  async function verify(encoded, password, given) {
    const parts = read(encoded)
    if (parts.version !== 19) throw new Error('only version 19 (0x13) of argon2 is supported')
    const options = { ...parts, secret: given?.secret, hashLength: parts.hash.length }
    const computed = Buffer.from(await compute(parts.type, password, parts.salt, options, 'binary'))
    return computed.length === parts.hash.length && timingSafeEqual(computed, parts.hash)
  }

  function needsRehash(encoded, given) {
    const parts = read(encoded)
    const wanted = { ...defaults, ...given }
    return (
      parts.version !== 19 ||
      parts.memoryCost !== wanted.memoryCost ||
      parts.timeCost !== wanted.timeCost ||
      parts.parallelism !== wanted.parallelism
    )
  }

  return { argon2d, argon2i, argon2id, hash, verify, needsRehash }
}

let made
module.exports = { shim: (from) => (made ??= createModule(from)) }
