#!/usr/bin/env -S node --max-semi-space-size=16
// The `wherry` command: runs the server's program on Node 24 or newer. Plain CommonJS, because the Node that starts it may be
// older. The bound on V8's young generation keeps resident memory flat over many logins.
'use strict'

const { spawn } = require('node:child_process')
const { existsSync } = require('node:fs')
const { enableCompileCache } = require('node:module')
const { constants } = require('node:os')
const path = require('node:path')
const { pathToFileURL } = require('node:url')

const root = path.resolve(__dirname, '..')
// A checkout runs its source; the published package holds JavaScript only.
const source = path.join(root, 'src', 'server', 'main.ts')
const program = existsSync(source) ? source : path.join(root, 'dist', 'server', 'main.js')
// The Node that tools/ensure-node.cjs installed where the host's own is too old.
const installed = path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node')
const compile_cache = path.join(root, 'node_modules', '.cache', 'wherry')

const parent_check_ms = 1000

/** Stops this process like SIGTERM when npm has started it and ends. npm passes SIGTERM on, but a killed npm passes nothing on. */
function endWithNpm() {
  const { npm_lifecycle_event, npm_package_name } = process.env
  if (npm_lifecycle_event !== 'start' || npm_package_name !== 'wherry') return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, parent_check_ms)
  timer.unref()
}

/**
 * Runs the program in a child process of the installed Node, passes signals on, and ends as it ends. The child ends with this process,
 * also if this process is killed: the channel between them closes.
 */
function runInstalled() {
  const env = { ...process.env, NODE_COMPILE_CACHE: compile_cache }
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc']
  const child = spawn(installed, [...process.execArgv, program, ...process.argv.slice(2)], { stdio, env })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(error.message)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal]
  })
}

endWithNpm()
if (Number(process.versions.node.split('.')[0]) >= 24) {
  enableCompileCache(compile_cache)
  void import(pathToFileURL(program))
} else if (existsSync(installed)) runInstalled()
else {
  console.error(`Wherry needs Node 24 or newer; this is ${process.version}.`)
  process.exitCode = 1
}
