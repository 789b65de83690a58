// What a start loads decides how long it takes and what it holds, and is counted here: figures in ms would depend on the day.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../support/free-port.ts'
import { tempFolder } from '../support/temp-folder.ts'

const root = resolve(import.meta.dirname, '../..')
const dependencies = Object.keys(
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object }).dependencies,
)

// Writes down, as the process ends, the files that it loaded and Node's own modules.
const watching = `
  import { registerHooks } from 'node:module'
  import { writeFileSync } from 'node:fs'
  const files = new Set()
  registerHooks({ load(url, context, next) { files.add(url); return next(url, context) } })
  process.on('exit', () => {
    writeFileSync(process.env.LOADED_FILE, JSON.stringify({ files: [...files], own: process.moduleLoadList }))
  })`

type Loaded = { files: string[]; own: string[] }

async function loadedByStart(data_dir: string): Promise<Loaded> {
  const port = await freePort()
  const list = join(tempFolder('loaded'), 'loaded.json')
  const args = [
    '--import',
    `data:text/javascript,${encodeURIComponent(watching)}`,
    join(root, 'bin/wherry.cjs'),
    'serve',
  ]
  const env = { PATH: process.env['PATH'], WHERRY_PORT: String(port), WHERRY_DATA_DIR: data_dir, LOADED_FILE: list }
  const child = spawn(process.execPath, args, { env, cwd: data_dir, stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = once(child, 'exit')
  try {
    const isReady = async (): Promise<boolean> =>
      await fetch(`http://localhost:${port}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      )
    for (let tries = 0; !(await isReady()); tries += 1) {
      assert.ok(tries < 600 && child.exitCode === null, 'it did not start')
      await sleep(50)
    }
    child.kill('SIGTERM')
    assert.equal((await ended)[0], 0)
  } finally {
    child.kill('SIGKILL')
  }
  return JSON.parse(readFileSync(list, 'utf8')) as Loaded
}

const packageOf = (url: string): string | undefined => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]

let first: Loaded
let later: Loaded
let packages: Set<string | undefined>

before(async () => {
  const data_dir = tempFolder('data')
  first = await loadedByStart(data_dir)
  later = await loadedByStart(data_dir)
  packages = new Set(later.files.map(packageOf))
})

test('a start on a store that exists loads these dependencies and no more', () => {
  assert.deepEqual(dependencies.filter((name) => packages.has(name)).toSorted(), [
    '@fastify/formbody',
    '@node-rs/argon2',
    'eta',
    'fastify',
    'ipaddr.js',
    'jose',
    'kysely',
    'lru-cache',
    'lucene',
    'p-queue',
    'pino',
  ])
})

test('the first start makes a key with its certificate, and loads what that needs', () => {
  assert.equal(first.files.map(packageOf).includes('@peculiar/x509'), true)
})

test("Fastify's checkers, which no route uses, stay where they are", () => {
  const checkers = ['ajv', 'ajv-formats', '@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler']
  assert.deepEqual(
    checkers.filter((name) => packages.has(name)),
    [],
  )
})

test("Node's WebSocket client, its TypeScript compiler and its debugger stay where they are", () => {
  assert.ok(later.own.length > 100)
  assert.deepEqual(
    later.own.filter((name) => /deps\/(?:undici|amaro|acorn)/.test(name)),
    [],
  )
})

test('a start loads fewer than 850 files', (t) => {
  t.diagnostic(`${later.files.length} files`)
  assert.ok(later.files.length > 300 && later.files.length < 850, `${later.files.length} files`)
})
