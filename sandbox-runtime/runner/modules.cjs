// require() for scripts: bare names, with or without a pinned version, from the sandbox's own module tree.
// The list exists for compatibility and clear errors; it is not a security control.
'use strict'

const { createRequire, builtinModules } = require('node:module')
const path = require('node:path')
const { deferModule } = require('./defer-module.cjs')

// Modules that are a file in ../shims: the original is native or has changed its interface, or there is none.
const shims = [
  'argon2',
  'bcrypt',
  'firebase',
  'jose',
  'ldapjs',
  'legacy-passwords',
  'legacy-store',
  'mongodb',
  'mysql',
  'pg',
  'tedious',
  'uuid',
]
// Modules that the runner and the shims use, or that a script gets by the name of another one.
const internal = /^(acorn|jose-2|ldapjs-2|mongodb-3|unix-crypt-td-js|@firebase\/.*)$/
// Their driver requires a module at its start that takes longer to load than the driver itself, for log-ins by Microsoft Entra ID only.
const of_sql_server = ['mssql', 'tedious']
const aliases = {
  'pg-native': 'pg',
  'lodash.get': 'lodash/get',
  'mysql2/promise': 'mysql2/promise',
  'request-promise-native': 'request-promise',
}

/** The name of the package in `name/sub/path` and `@scope/name/sub/path`. */
function rootOf(name) {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
}

const availableOf = (dependencies) => Object.keys(dependencies).filter((name) => !internal.test(name))

/** The modules that scripts can require beside Node's own, by the dependencies of the sandbox. */
const moduleNames = (dependencies) => [...new Set([...availableOf(dependencies), ...shims])].sort()

function openModules({ folder, bindModule }) {
  const shims_folder = path.join(__dirname, '..', 'shims')
  const requireUnbound = createRequire(path.join(folder, 'package.json'))
  const requireFromTree = (name) => {
    if (of_sql_server.includes(rootOf(name))) deferModule(requireUnbound, 'tedious', '@azure/identity')
    bindModule(rootOf(name), requireUnbound)
    return requireUnbound(name)
  }
  const { dependencies } = requireUnbound('./package.json')
  const available = availableOf(dependencies)
  const listed = moduleNames(dependencies)

  /** `name@1.2.3/sub/path` and `@scope/name@1.2.3` as the bare name and the version. */
  function readName(request) {
    const match = /^((?:@[^/@]+\/)?[^/@]+)(?:@([^/]+))?(.*)$/.exec(request)
    if (!match) return { pinned: request, major: undefined }
    const major = Number.parseInt(match[2]?.replace(/^\D*/, '') ?? '', 10)
    return { pinned: `${match[1]}${match[3]}`, major: Number.isNaN(major) ? undefined : major }
  }

  function missing(name) {
    const error = new Error(
      `Cannot find module '${name}'. Action scripts can require Node's own modules and: ${listed.join(', ')}.`,
    )
    error.code = 'MODULE_NOT_FOUND'
    return error
  }

  /** Where a module comes from. @throws Error `MODULE_NOT_FOUND` */
  function find(request) {
    if (typeof request !== 'string' || request === '') throw new TypeError('require() needs the name of a module')
    const { pinned, major } = readName(request)
    const name = aliases[pinned] ?? pinned
    const bare = name.replace(/^node:/, '')
    if (builtinModules.includes(bare)) return { builtin: `node:${bare}` }
    const root = rootOf(name)
    if (shims.includes(root)) return { shim: path.join(shims_folder, `${root}.cjs`), name, major }
    if (!available.includes(root)) throw missing(request)
    return { name }
  }

  function load(request) {
    const { builtin, shim, name, major } = find(request)
    if (builtin !== undefined) return require(builtin)
    return shim === undefined ? requireFromTree(name) : require(shim).shim({ requireFromTree, name, major })
  }

  // Scripts require their modules in each call, and resolving a name reads the file system.
  const loaded = new Map()
  function requireModule(request) {
    if (!loaded.has(request)) loaded.set(request, load(request))
    return loaded.get(request)
  }

  return { requireModule, findModule: find }
}

module.exports = { openModules, moduleNames }
