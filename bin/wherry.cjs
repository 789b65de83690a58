#!/usr/bin/env -S node --max-semi-space-size=16
// The `wherry` command: runs the server's program on Node 24 or newer. Plain CommonJS, because the Node that starts it may be
// older. The bound on V8's young generation keeps resident memory flat over many logins.
'use strict'

const { spawn } = require('node:child_process')
const { existsSync } = require('node:fs')
const { enableCompileCache } = require('node:module')
const path = require('node:path')
const { pathToFileURL } = require('node:url')

const root = path.resolve(__dirname, '..')
// A checkout runs its source; the published package holds JavaScript only.
const source = path.join(root, 'src', 'server', 'main.ts')
const program = existsSync(source) ? source : path.join(root, 'dist', 'server', 'main.js')
// The Node that tools/ensure-node.cjs installed where the host's own is too old.
const installed = path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node')
const compile_cache = path.join(root, 'node_modules', '.cache', 'wherry')

/** Runs the program in a child process of the installed Node, and ends as it ends. */
function runInstalled() {
  const env = { ...process.env, NODE_COMPILE_CACHE: compile_cache }
  const child = spawn(installed, [...process.execArgv, program, ...process.argv.slice(2)], { stdio: 'inherit', env })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(error.message)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128)
  })
}

if (Number(process.versions.node.split('.')[0]) >= 24) {
  enableCompileCache(compile_cache)
  void import(pathToFileURL(program))
} else if (existsSync(installed)) runInstalled()
else {
  console.error(`Wherry needs Node 24 or newer; this is ${process.version}.`)
  process.exitCode = 1
}
