// `require('legacy-store')`: connections to legacy stores, with their time limits, and the forms of the values in them.
'use strict'

const { openCollections, valueAt } = require('../legacy-store/collection.cjs')
const { openDatabases } = require('../legacy-store/database.cjs')
const { openDirectory } = require('../legacy-store/directory.cjs')
const { isLockedUntil, isTrue } = require('../legacy-store/flags.cjs')
const { openService } = require('../legacy-store/service.cjs')
const values = require('../legacy-store/values.cjs')

const createModule = ({ requireFromTree }) => ({
  database: openDatabases(requireFromTree),
  collection: openCollections(requireFromTree),
  directory: (url, options) => openDirectory(requireFromTree, url, options),
  service: openService,
  isLockedUntil,
  isTrue,
  ...values,
  valueAt,
})

let made
module.exports = { shim: (from) => (made ??= createModule(from)) }
