// Installs Node 24 for this project where the host's Node is older. Plain CommonJS, because it must run on old versions of Node.
// On Node 24 or newer it does nothing. Otherwise it installs the platform's Node package from tools/runtime (own lockfile, no
// install scripts) and links it as node_modules/.bin/node, which npm puts first on PATH for every script.
'use strict'

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const required_major = 24
const root = path.resolve(__dirname, '..')
const runtime = path.join(__dirname, 'runtime')
const { npmInstall } = require('./npm-install.cjs')

function majorOf(version) {
  return Number(version.replace(/^v/, '').split('.')[0])
}

function installedNode() {
  const modules = path.join(runtime, 'node_modules')
  if (!fs.existsSync(modules)) return undefined
  for (const name of fs.readdirSync(modules)) {
    if (!name.startsWith('node-')) continue
    const file = path.join(modules, name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    if (!fs.existsSync(file)) continue
    const version = spawnSync(file, ['--version'], { encoding: 'utf8' })
    if (version.status === 0 && majorOf(version.stdout.trim()) >= required_major) return file
  }
  return undefined
}

function link(target) {
  const bin = path.join(root, 'node_modules', '.bin')
  const file = path.join(bin, process.platform === 'win32' ? 'node.exe' : 'node')
  fs.mkdirSync(bin, { recursive: true })
  try {
    if (fs.realpathSync(file) === fs.realpathSync(target)) return
  } catch {
    // The link is missing or broken: it is created below.
  }
  fs.rmSync(file, { force: true })
  if (process.platform === 'win32') fs.copyFileSync(target, file)
  else fs.symlinkSync(path.relative(bin, target), file)
}

function main() {
  if (majorOf(process.version) >= required_major) return
  if (process.env.npm_config_package_lock_only === 'true' || process.env.npm_config_dry_run === 'true') return
  let file = installedNode()
  if (!file) {
    console.log(
      `Node ${process.version} is too old for this project; installing Node ${required_major} into tools/runtime.`,
    )
    npmInstall(runtime)
    file = installedNode()
  }
  if (!file) {
    console.error(
      `No Node ${required_major} could be installed for ${process.platform}-${process.arch}. Install Node ${required_major} or newer and run this again.`,
    )
    process.exit(1)
  }
  for (const extra of ['include', 'share']) {
    fs.rmSync(path.join(path.dirname(path.dirname(file)), extra), { recursive: true, force: true })
  }
  link(file)
}

main()
