#!/usr/bin/env node
// The `wherry` command: runs the server's program on Node 24 or newer, wherever that is. Plain CommonJS, because the Node
// that starts it may be older.
'use strict'

const { spawn } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const root = path.resolve(__dirname, '..')
// A checkout runs its source; the published package holds JavaScript only.
const source = path.join(root, 'src', 'server', 'main.ts')
const program = fs.existsSync(source) ? source : path.join(root, 'dist', 'server', 'main.js')

const own_major = Number(process.versions.node.split('.')[0])
const brought = path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node')
const node = own_major >= 24 || !fs.existsSync(brought) ? process.execPath : brought

const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 128)
})
