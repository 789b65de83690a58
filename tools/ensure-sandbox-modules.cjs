// Installs the modules that action scripts may require (sandbox-runtime, own lockfile, no install scripts)
// when they are missing or its lockfile has changed since; plain CommonJS because it must run on old Nodes.
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
  // A copy of the lockfile is left beside the modules: it says what was installed, whatever the clocks say.
  const lock = read(path.join(folder, 'package-lock.json'))
  const mark = path.join(folder, 'node_modules', '.installed-lock.json')
  if (lock !== undefined && read(mark) === lock) return
  console.log('Installing the modules that action scripts may require into sandbox-runtime.')
  npmInstall(folder)
  fs.copyFileSync(path.join(folder, 'package-lock.json'), mark)
}

main()
