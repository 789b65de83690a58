// Installs the modules that action scripts can require (sandbox-runtime). Plain CommonJS, because it must run on old versions of Node.
'use strict'

const path = require('node:path')
const { ensureModules } = require('./ensure-modules.cjs')

if (process.env.npm_config_package_lock_only !== 'true' && process.env.npm_config_dry_run !== 'true') {
  const folder = path.resolve(__dirname, '..', 'sandbox-runtime')
  ensureModules(folder, 'Installing the modules that action scripts can require into sandbox-runtime.')
}
