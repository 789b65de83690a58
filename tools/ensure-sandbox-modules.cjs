// Installs the modules that action scripts can require (sandbox-runtime, own lockfile, no install scripts) when they are missing or
// the lockfile has changed. Plain CommonJS, because it must run on old versions of Node.
'use strict'

const fs = require('node:fs')
const path = require('node:path')

const folder = path.resolve(__dirname, '..', 'sandbox-runtime')
const { npmInstall } = require('./npm-install.cjs')

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function main() {
  if (process.env.npm_config_package_lock_only === 'true' || process.env.npm_config_dry_run === 'true') return
  // A copy of the lockfile beside the modules records the installed versions, independent of file times.
  const lock = read(path.join(folder, 'package-lock.json'))
  const installed_lock = path.join(folder, 'node_modules', '.installed-lock.json')
  if (lock !== undefined && read(installed_lock) === lock) return
  console.log('Installing the modules that action scripts can require into sandbox-runtime.')
  npmInstall(folder)
  fs.copyFileSync(path.join(folder, 'package-lock.json'), installed_lock)
}

main()
