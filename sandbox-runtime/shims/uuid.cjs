// The current `uuid` with the functions of its first releases: uuid(), uuid/v4, uuid/v1.
'use strict'

let made

function shim({ requireFromTree, name }) {
  const uuid = requireFromTree('uuid')
  const version = /^uuid\/(v[1-7])$/.exec(name)?.[1]
  if (version) return uuid[version]
  return (made ??= Object.assign((...args) => uuid.v4(...args), uuid))
}

module.exports = { shim }
