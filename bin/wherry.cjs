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

const handed_over = 'WHERRY_HANDED_OVER'

/** Hands over to the Node that the installation brought along, once. */
function runElsewhere(node) {
  const env = { ...process.env, [handed_over]: '1' }
  const child = spawn(node, [...process.execArgv, __filename, ...process.argv.slice(2)], { stdio: 'inherit', env })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(error.message)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128)
  })
}

// What kind of module a `.js` is stands in the nearest package.json, which is one for all of a folder.
const formats = new Map()

/**
 * Answers `import './x'` from its text, once Node has found one of the folder. Node asks the disk several times for each of some
 * thousand imports: whether the file is there, whether it is a link, whether its package says otherwise.
 */
function resolve(specifier, context, next) {
  const from = context.parentURL
  if (from === undefined || !/^\.\.?\//.test(specifier) || !context.conditions.includes('import'))
    return next(specifier, context)
  const { href } = new URL(specifier, from)
  if (href.endsWith('.ts')) return { url: href, format: 'module-typescript', shortCircuit: true }
  if (!href.endsWith('.js')) return next(specifier, context)
  const folder = href.slice(0, href.lastIndexOf('/'))
  const format = formats.get(folder)
  if (format) return { url: href, format, shortCircuit: true }
  const found = next(specifier, context)
  if (found.url === href) formats.set(folder, found.format)
  return found
}

async function runHere() {
  delete process.env[handed_over]
  // Beside our own code, where nobody writes who could not change the code itself; where we cannot write either, it stays off.
  module_loader.enableCompileCache(path.join(root, 'node_modules', '.cache', 'wherry'))
  // What ends by a kill leaves its cache as well.
  setTimeout(() => module_loader.flushCompileCache(), 10_000).unref()
  module_loader.registerHooks({ resolve })
  await import(pathToFileURL(program))
}

const brought = path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node')
if (Number(process.versions.node.split('.')[0]) >= 24) void runHere()
else if (fs.existsSync(brought) && process.env[handed_over] === undefined) runElsewhere(brought)
else {
  console.error(`Wherry needs Node 24 or newer; this is ${process.version}.`)
  process.exitCode = 1
}
