#!/usr/bin/env -S node --max-semi-space-size=16
// The `wherry` command: runs the server's program on Node 24 or newer, wherever that is. Plain CommonJS, because the Node
// that starts it may be older, and because Node loads its TypeScript compiler for a program that begins in TypeScript. The bound of
// the space for young objects is what keeps memory flat.
'use strict'

const { spawn } = require('node:child_process')
const fs = require('node:fs')
const module_loader = require('node:module')
const path = require('node:path')
const { pathToFileURL } = require('node:url')

const root = path.resolve(__dirname, '..')
// A checkout runs its source; the published package holds JavaScript only.
const source = path.join(root, 'src', 'server', 'main.ts')
const program = fs.existsSync(source) ? source : path.join(root, 'dist', 'server', 'main.js')

/** Hands over to the Node that the installation brought along. */
function runElsewhere(node) {
  const child = spawn(node, [...process.execArgv, __filename, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(error.message)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128)
  })
}

/**
 * Answers `import './x'` from its text alone. Node asks the disk several times for each of some thousand imports: whether the
 * file is a link, which package it belongs to, how that package is written. A `.js` that ES modules beside it import is one.
 */
function resolve(specifier, context, next) {
  const from = context.parentURL
  if (from === undefined || !/^\.\.?\//.test(specifier) || !context.conditions.includes('import'))
    return next(specifier, context)
  const { href } = new URL(specifier, from)
  const format =
    (href.endsWith('.ts') && 'module-typescript') ||
    ((href.endsWith('.mjs') || (href.endsWith('.js') && from.endsWith('.js'))) && 'module')
  return format ? { url: href, format, shortCircuit: true } : next(specifier, context)
}

async function runHere() {
  // Beside our own code, where nobody writes who could not change the code itself; where we cannot write either, it stays off.
  module_loader.enableCompileCache(path.join(root, 'node_modules', '.cache', 'wherry'))
  // What ends by a kill leaves its cache as well.
  setTimeout(() => module_loader.flushCompileCache(), 10_000).unref()
  module_loader.registerHooks({ resolve })
  await import(pathToFileURL(program))
}

const brought = path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node')
if (Number(process.versions.node.split('.')[0]) >= 24) void runHere()
else if (fs.existsSync(brought)) runElsewhere(brought)
else {
  console.error(`Wherry needs Node 24 or newer; this is ${process.version}.`)
  process.exitCode = 1
}
