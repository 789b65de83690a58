// `require('legacy-passwords')`: the server's own code for hashes of other systems, on WebAssembly.
'use strict'

const { existsSync } = require('node:fs')
const path = require('node:path')

// The published package contains JavaScript, a checkout TypeScript, which Deno runs as it is.
const root = path.join(__dirname, '..', '..')
const source = path.join(root, 'src', 'passwords', 'formats', 'index.ts')
const file = existsSync(source) ? source : path.join(root, 'dist', 'passwords', 'formats', 'index.js')

function createModule({ requireFromTree }) {
  const { createDetect, createHash, createPrimitives, createVerify, needsRehash } = require(file)
  const libraries = { hash_wasm: requireFromTree('hash-wasm'), unix_crypt: requireFromTree('unix-crypt-td-js') }
  const primitives = createPrimitives(libraries)
  return {
    verify: createVerify(primitives),
    detect: createDetect(primitives),
    hash: createHash(primitives),
    needsRehash,
  }
}

let made
module.exports = { shim: (from) => (made ??= createModule(from)) }
