'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { npmInstall } = require('./npm-install.cjs')

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * Installs the modules of the package in `folder`, which has a lockfile of its own and no install scripts, when they are missing or
 * the lockfile has changed. Prints `message` first.
 */
function ensureModules(folder, message) {
  // A copy of the lockfile beside the modules records the installed versions, independent of file times.
  const lock = read(path.join(folder, 'package-lock.json'))
  const installed_lock = path.join(folder, 'node_modules', '.installed-lock.json')
  if (lock !== undefined && read(installed_lock) === lock) return
  console.log(message)
  npmInstall(folder)
  fs.copyFileSync(path.join(folder, 'package-lock.json'), installed_lock)
}

module.exports = { ensureModules }
