// `require('legacy-passwords')`: the server's own code for hashes of other systems, on WebAssembly.
'use strict'

const { Buffer } = require('node:buffer')
const { existsSync } = require('node:fs')
const path = require('node:path')

// The published package contains JavaScript, a checkout TypeScript, which Deno runs as it is.
const root = path.join(__dirname, '..', '..')
const source = path.join(root, 'src', 'passwords', 'formats', 'index.ts')
const file = existsSync(source) ? source : path.join(root, 'dist', 'passwords', 'formats', 'index.js')

// Blanks, and the marks of a locked or external password.
const unusable = /^\s*$|^\s*[!*]/

function createModule({ requireFromTree }) {
  const { createDetect, createHash, createPrimitives, createVerify, dummyHash, needsRehash } = require(file)
  const libraries = { hash_wasm: requireFromTree('hash-wasm'), unix_crypt: requireFromTree('unix-crypt-td-js') }
  const primitives = createPrimitives(libraries)
  const verify = createVerify(primitives)

  /**
   * Verifies the stored value of a user. An unknown user (undefined), and one without a usable hash, is answered false after the dummy
   * hash was verified, so that the time of an answer does not tell who exists.
   */
  async function verifyOrDummy(password, stored, dummy, recipe) {
    const hash = (typeof stored === 'object' && !Buffer.isBuffer(stored) ? stored?.hash : stored) ?? ''
    if (hash.length > 0 && !(typeof hash === 'string' && unusable.test(hash)))
      return await verify(password, stored, recipe)
    await verify(password, dummy, recipe)
    return false
  }

  return {
    verify,
    verifyOrDummy,
    detect: createDetect(primitives),
    hash: createHash(primitives),
    dummyHash,
    needsRehash,
  }
}

let made
module.exports = { shim: (from) => (made ??= createModule(from)) }
