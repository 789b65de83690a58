// `firebase`: its authentication and its Realtime Database. The whole package is eight times as large; its other products have REST
// interfaces. `firebase`, and parts pinned below 9, have the namespaced interface; other parts have the functions of 9 and later,
// which take the objects of both.
'use strict'

const products = ['app', 'auth', 'database']

function openNamespaced(requireFromTree) {
  const firebase = requireFromTree('@firebase/app-compat').default
  requireFromTree('@firebase/auth-compat')
  requireFromTree('@firebase/database-compat')
  return firebase
}

/** The namespace of before 9 with the functions of after, for scripts that do not say which they use. */
function openBoth(firebase, functions) {
  const both = Object.create(firebase)
  for (const key of Object.keys(functions)) if (!(key in firebase)) both[key] = functions[key]
  return both
}

function missing(name) {
  const error = new Error(
    `Cannot find module '${name}'. Of firebase, action scripts can require ${products.join(', ')}; use the REST interface of other products.`,
  )
  error.code = 'MODULE_NOT_FOUND'
  return error
}

function shim({ requireFromTree, name, major }) {
  const product = name.split('/').pop()
  const is_root = product === 'firebase'
  if (!is_root && !products.includes(product)) throw missing(name)
  const firebase = openNamespaced(requireFromTree)
  if (is_root || name.includes('/compat/') || major < 9) return firebase
  const functions = requireFromTree(`@firebase/${product}`)
  return product === 'app' && major === undefined ? openBoth(firebase, functions) : functions
}

module.exports = { shim }
