'use strict'

const { spawnSync } = require('node:child_process')

// The settings of the outer npm that this npm needs. Other settings of the outer call (dry run, omitted dependencies, script policy)
// must not apply to a separate installation.
const inherited = new Set([
  'registry',
  'cache',
  'userconfig',
  'globalconfig',
  'proxy',
  'https_proxy',
  'noproxy',
  'cafile',
  'ca',
  'strict_ssl',
])

/** Runs `npm ci --ignore-scripts` in `folder`. Ends the process on failure. */
function npmInstall(folder) {
  const env = {}
  for (const [key, value] of Object.entries(process.env)) {
    const match = /^npm_(?:config_)?(.*)$/i.exec(key)
    if (!match || (key.toLowerCase().startsWith('npm_config_') && inherited.has(match[1].toLowerCase())))
      env[key] = value
  }
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const npm_cli = process.env.npm_execpath
  const result = npm_cli
    ? spawnSync(process.execPath, [npm_cli, ...args], { cwd: folder, env, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: folder, env, stdio: 'inherit', shell: process.platform === 'win32' })
  if (result.status === 0) return
  console.error(`npm ci failed in ${folder}. Check the network and the registry settings of npm, then run this again.`)
  process.exit(1)
}

module.exports = { npmInstall }
