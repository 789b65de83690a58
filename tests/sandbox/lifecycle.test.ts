import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { default_limits } from '../../src/sandbox/limits.ts'
import { probeWrappers } from '../../src/sandbox/spawn-command.ts'
import { newSandboxPid, sandboxPids } from '../support/sandbox-pids.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { waitUntil } from '../support/wait-until.ts'
import { openTestRuntime, quick_limits } from './test-runtime.ts'

const mark = '(cb) => cb(null, (global.mark ??= Math.random()))'

test('a call beyond those running and those waiting is refused at once and affects none of them', async () => {
  const runtime = openTestRuntime()
  const limits = { ...default_limits, deadline_ms: 3_000, in_flight: 2, waiting: 3 }
  const source = '(cb) => setTimeout(() => cb(null, 1), 200)'
  await runtime.value(source, { limits })
  const results = await Promise.all(Array.from({ length: 8 }, () => runtime.run(source, { limits })))
  const kinds = results.map((result) => result.kind)
  assert.deepEqual(kinds.slice(0, 5), Array(5).fill('returned'))
  assert.deepEqual(kinds.slice(5), Array(3).fill('saturated'))
  const times = results.map((result) => result.duration_ms)
  assert.ok(Math.max(...times.slice(5)) < Math.min(...times.slice(0, 5)), times.join())
  await runtime.close()
})

test('no more calls run at once than the limit says', async () => {
  const runtime = openTestRuntime()
  const limits = { ...default_limits, in_flight: 4 }
  const source = `(cb) => { global.now = (global.now ?? 0) + 1; global.most = Math.max(global.most ?? 0, now); setTimeout(() => { global.now -= 1; cb(null, global.most) }, 30) }`
  const most = await Promise.all(Array.from({ length: 20 }, () => runtime.value(source, { limits })))
  assert.equal(Math.max(...most.map(Number)), 4)
  await runtime.close()
})

test('waiting in the queue does not count against the deadline', async () => {
  const runtime = openTestRuntime()
  const limits = { ...default_limits, deadline_ms: 3_000, in_flight: 1 }
  const source = '(cb) => setTimeout(() => cb(null, 1), 1_100)'
  await runtime.value('(cb) => cb(null, 1)', { limits })
  const kinds = await Promise.all([1, 2, 3].map(() => runtime.run(source, { limits }).then((result) => result.kind)))
  assert.deepEqual(kinds, ['returned', 'returned', 'returned'])
  await runtime.close()
})

test('recycle lets pending calls finish in their process and starts a new one for the next call', async () => {
  const runtime = openTestRuntime()
  const before = await runtime.value(mark)
  const pending = runtime.value('(cb) => setTimeout(() => cb(null, global.mark), 300)')
  await sleep(50)
  runtime.recycle('unit')
  const after = await runtime.value(mark)
  assert.notEqual(after, before)
  assert.equal(await pending, before)
  runtime.recycle('a unit that does not exist')
  await runtime.close()
})

test('at most max_processes run; the least recently used idle one is stopped for a new one', async () => {
  const runtime = openTestRuntime({ max_processes: 2 })
  const first = await runtime.value(mark, { unit: 'a' })
  const second = await runtime.value(mark, { unit: 'b' })
  assert.equal(await runtime.value(mark, { unit: 'a' }), first)
  await runtime.value(mark, { unit: 'c' })
  assert.equal(await runtime.value(mark, { unit: 'a' }), first)
  assert.notEqual(await runtime.value(mark, { unit: 'b' }), second)
  await runtime.close()
})

test('units whose keys differ in one member, or only in where one member ends, share no process', async () => {
  const runtime = openTestRuntime()
  const units = [
    { tenant_id: 'a', unit_id: 'b', version: 1 },
    { tenant_id: 'a', unit_id: 'b', version: 2 },
    { tenant_id: 'a', unit_id: 'c', version: 1 },
    { tenant_id: 'b', unit_id: 'b', version: 1 },
    { tenant_id: 'a/b', unit_id: 'c', version: 1 },
    { tenant_id: 'a', unit_id: 'b/c', version: 1 },
  ]
  const marks = await Promise.all(units.map((unit) => runtime.value(mark, { unit })))
  assert.equal(new Set(marks).size, units.length)
  assert.equal(await runtime.value(mark, { unit: { ...units[0]! } }), marks[0])
  await runtime.close()
})

test('with every process busy, a call of another unit waits', async () => {
  const runtime = openTestRuntime({ max_processes: 1 })
  const busy = runtime.value('(cb) => setTimeout(() => cb(null, "first"), 400)', { unit: 'a' })
  const next = runtime.value('(cb) => cb(null, "second")', { unit: 'b' })
  assert.deepEqual(await Promise.all([busy, next]), ['first', 'second'])
  await runtime.close()
})

test('a process with many abandoned calls is recycled', async () => {
  const runtime = openTestRuntime()
  const limits = { ...quick_limits, deadline_ms: 50, in_flight: 40 }
  const before = await runtime.value(mark)
  await Promise.all(Array.from({ length: 33 }, () => runtime.run('(cb) => {}', { limits })))
  await sleep(1_200)
  assert.notEqual(await runtime.value(mark), before)
  await runtime.close()
})

test('a changed source takes effect with the next call', async () => {
  const runtime = openTestRuntime()
  assert.equal(await runtime.value('(cb) => cb(null, 1)'), 1)
  assert.equal(await runtime.value('(cb) => cb(null, 2)'), 2)
  assert.equal(await runtime.value('(cb) => cb(null, 1)'), 1)
  await runtime.close()
})

test('nothing secret is on the command line or in the environment of a process, and nothing is left on disk', async () => {
  const folder = tempFolder('sandbox')
  const original = process.env.TMPDIR
  process.env.TMPDIR = folder
  const runtime = openTestRuntime()
  if (original === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = original
  const before = process.platform === 'linux' ? sandboxPids() : []
  const source = '(secret, cb) => cb(null, 1) /* source-mark */'
  await runtime.value(source, { args: ['argument-mark'], configuration: { KEY: 'configuration-mark' } })
  if (process.platform === 'linux') {
    const pid = newSandboxPid(before)
    for (const file of ['cmdline', 'environ']) {
      const text = readFileSync(`/proc/${pid}/${file}`, 'utf8')
      assert.doesNotMatch(text, /-mark/)
      assert.doesNotMatch(text, /WHERRY_|npm_|HOME=/)
    }
  }
  assert.equal(readdirSync(folder).length, 1)
  await runtime.close()
  assert.deepEqual(readdirSync(folder), [])
})

test('closing ends the processes', async () => {
  const runtime = openTestRuntime()
  const before = process.platform === 'linux' ? sandboxPids() : []
  const reported = Number(await runtime.value('(cb) => cb(null, process.pid)'))
  const pid = process.platform === 'linux' ? newSandboxPid(before) : reported
  assert.ok(process.kill(pid, 0))
  await runtime.close()
  // The first process of a namespace reaps the one that was killed.
  const gone = () => !existsSync(`/proc/${pid}`) || /^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  if (process.platform === 'linux') await waitUntil(async () => gone())
  else assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
})

test('a process has its resource limits, no new privileges, no capabilities and a low priority [guard: sandbox-low-priority]', async (t) => {
  if (process.platform !== 'linux') return t.diagnostic('not run: needs /proc')
  const runtime = openTestRuntime()
  const before = sandboxPids()
  await runtime.value('(cb) => cb(null, 1)')
  const pid = newSandboxPid(before)
  const limits = readFileSync(`/proc/${pid}/limits`, 'utf8')
  assert.match(limits, /Max core file size +0 /)
  assert.match(limits, /Max file size +0 /)
  assert.match(limits, /Max open files +256 /)
  const data = Number(/Max data size +(\d+)/.exec(limits)?.[1])
  assert.ok(data > 800e6 && data < 1e9, String(data))
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  assert.match(status, /NoNewPrivs:\t1/)
  if ((await probeWrappers()).setpriv.includes('--bounding-set=-all')) assert.match(status, /CapEff:\t0+\n/)
  assert.equal(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim(), '800')
  assert.ok(getPriority(Number(pid)) > getPriority())
  return runtime.close()
})

test('globals that a script overwrites affect no other unit, and its own unit until it is recycled', async () => {
  const runtime = openTestRuntime()
  const source = `(cb) => {
    JSON.parse = JSON.stringify = () => { throw new Error('x') }
    Object.prototype.kind = 'returned'; Object.prototype.t = 'answer'
    Promise.prototype.then = () => {}
    cb(null, 'did it')
  }`
  await runtime.run(source)
  assert.equal(await runtime.value('(cb) => cb(null, "other unit")', { unit: 'other' }), 'other unit')
  assert.equal(Reflect.get({}, 'kind'), undefined)
  runtime.recycle('unit')
  assert.equal(await runtime.value('(cb) => cb(null, "same unit")'), 'same unit')
  await runtime.close()
})

test('lines that a script forges answer no call of another unit, are never read as a result of the wrong shape and do not stop the server', async () => {
  const runtime = openTestRuntime()
  const pending = runtime.run('(cb) => setTimeout(() => cb(null, "true answer"), 300)', { unit: 'victim' })
  const source = `(cb) => {
    const say = (value) => Deno.stdout.writeSync(new TextEncoder().encode((typeof value === 'string' ? value : JSON.stringify(value)) + '\\n'))
    for (let id = 0; id < 50; id++) if (id !== 2) say({ t: 'answer', id: String(id), kind: 'returned', values: ['forged'] })
    for (const line of ['', '{', '{}', 'null', '[]', '{"t":"answer"}', '{"t":"pong","n":"x"}', '{"t":"NODE_HANDLE_ACK"}', '{"cmd":"NODE_HANDLE_ACK"}', '\\u0000\\u0001', '{"__proto__":{"t":"ready"}}', '['.repeat(5000)]) say(line)
    say({ t: 'log', id: 'unknown', level: 'fatal', text: { a: 1 } })
    say({ t: 'ending', id: '1', what: 'x' })
    say({ t: 'names', n: 1, name: 'localhost', type: 'A' })
    cb(null, 'done')
  }`
  await runtime.run(source, { unit: 'forger' })
  const victim = await pending
  assert.ok(victim.kind === 'returned')
  assert.deepEqual(victim.values, ['true answer'])
  assert.equal(await runtime.value('(cb) => cb(null, 1)', { unit: 'forger' }), 1)
  await runtime.close()
})

test('a forged answer cannot carry keys that reach prototypes, another shape, or more than the limit', async () => {
  const runtime = openTestRuntime()
  /** Writes its own answer in place of the one that the runner is about to write. */
  const forge = (values: string) => `(cb) => {
    const write = Deno.stdout.writeSync.bind(Deno.stdout)
    const values = ${values}
    Deno.stdout.writeSync = (bytes) => {
      const line = new TextDecoder().decode(bytes)
      if (!line.includes('"answer"')) return write(bytes)
      Deno.stdout.writeSync = write
      let left = new TextEncoder().encode(line.replace('"values":[]', () => '"values":' + values))
      while (left.length > 0) left = left.subarray(write(left))
      return bytes.length
    }
    cb(null)
  }`
  const run = async (values: string, limits = quick_limits) => {
    const result = await runtime.run(forge(values), { limits })
    return result.kind === 'returned' ? result.values : result.kind
  }
  assert.deepEqual(await run(`'["forged"]'`), ['forged'])
  assert.deepEqual(await run(`'[{"__proto__":{"admin":true},"constructor":1,"a":1}]'`), [{ a: 1 }])
  assert.equal(await run(`'"no list"'`, { ...quick_limits, deadline_ms: 400 }), 'timed_out')
  assert.equal(await run(`JSON.stringify(['x'.repeat(300 * 1024)])`), 'bad_result')
  await runtime.close()
})

test('a looping script does not outlive a server that was killed', async (t) => {
  if ((await probeWrappers()).setpriv.length === 0) return t.diagnostic('not run: needs setpriv (package util-linux)')
  const runtime = new URL('../../src/sandbox/script-runtime.ts', import.meta.url).href
  const limits = new URL('../../src/sandbox/limits.ts', import.meta.url).href
  const program = `
    import { startScriptRuntime } from ${JSON.stringify(runtime)}
    import { default_limits } from ${JSON.stringify(limits)}
    const runtime = startScriptRuntime({ onLog: (line) => console.log(line.text), reserved: () => [], hardened: 'off' })
    runtime.run({ unit: { tenant_id: 't', unit_id: 'u', version: 1 }, script: 's', source: '(cb) => { console.log(process.pid); for (;;); }', args: [], configuration: {},
      egress: { mode: 'open', allow: [] }, limits: { ...default_limits, deadline_ms: 30_000 }, retry: false })`
  const server = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output] = (await once(server.stdout, 'data')) as [Buffer]
  const pid = Number(output.toString())
  assert.ok(process.kill(pid, 0))
  server.kill('SIGKILL')
  const alive = () => {
    try {
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    } catch {
      return false
    }
  }
  for (let round = 0; alive() && round < 100; round += 1) await sleep(50)
  assert.equal(alive(), false)
})
