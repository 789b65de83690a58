// `ldapjs`. A script that pins a release before 3 gets 2.x: in 3 the DN of an entry is an object, `entry.object` and
// `entry.raw` are gone, and changes are built from other classes.
'use strict'

module.exports = {
  shim: ({ requireFromTree, name, major }) =>
    name === 'ldapjs' && major < 3 ? requireFromTree('ldapjs-2') : requireFromTree(name),
}
