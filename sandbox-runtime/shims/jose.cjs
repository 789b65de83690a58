// `jose`. A script that pins a release before 3 gets 2.x, whose classes (JWK, JWT, JWS, JWE) 3 replaced by functions.
'use strict'

module.exports = {
  shim: ({ requireFromTree, name, major }) =>
    name === 'jose' && major < 3 ? requireFromTree('jose-2') : requireFromTree(name),
}
