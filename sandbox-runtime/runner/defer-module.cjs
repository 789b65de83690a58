// Loads a module at its first use instead of when another one requires it.
'use strict'

const { createRequire } = require('node:module')

/**
 * Makes `require(name)` in the package `user` answer an object that loads the module when a member is read. `user` must read the members
 * when it needs them, as compiled ES modules do. Once it has loaded the module, and a second time, nothing changes.
 */
function deferModule(requireFromTree, user, name) {
  const requireFromUser = createRequire(requireFromTree.resolve(user))
  const file = requireFromUser.resolve(name)
  const { cache } = requireFromUser
  if (cache[file] !== undefined) return
  let loaded
  function load() {
    if (loaded !== undefined) return loaded
    delete cache[file]
    loaded = requireFromUser(file)
    return loaded
  }
  const exports = new Proxy({}, { get: (_, member) => load()[member], has: (_, member) => member in load() })
  cache[file] = { id: file, filename: file, loaded: true, children: [], paths: [], exports }
}

module.exports = { deferModule }
