/** What tenants share of the sandbox: processes and cores. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { watchBusyTenants } from '../../src/sandbox/busy-tenants.ts'
import { openCores, readCoreList } from '../../src/sandbox/cores.ts'
import { processStats } from '../../src/sandbox/process-stats.ts'
import { probeWrappers } from '../../src/sandbox/spawn-command.ts'
import { newSandboxPid, sandboxPids } from '../support/sandbox-pids.ts'
import { openTestRuntime, quick_limits, type TestRuntime } from './test-runtime.ts'

const never = `(cb) => console.log('started')`
const unitOf = (tenant_id: string, unit_id = 'unit') => ({ tenant_id, unit_id, version: 1 })

/** Waits until so many processes of the runtime run a call. */
async function untilStarted(runtime: TestRuntime, processes: number) {
  const started = () => new Set(runtime.log.map((line) => line.unit.unit_id)).size
  while (started() < processes) await sleep(20)
}

test('connections that never answer hold no process that another tenant needs [guard: processes-in-shares]', async () => {
  const runtime = openTestRuntime({ max_processes: 4 })
  const limits = { ...quick_limits, deadline_ms: 20_000 }
  const hostile = Array.from({ length: 12 }, (_, n) =>
    runtime.run(never, { unit: unitOf('hostile', `u${n}`), limits, retry: true }),
  )
  await untilStarted(runtime, 4)
  for (const tenant_id of ['first', 'second']) {
    const began = performance.now()
    assert.equal(await runtime.value('(cb) => cb(null, 1)', { unit: unitOf(tenant_id), limits }), 1)
    assert.ok(performance.now() - began < 8_000, `${tenant_id} waited ${performance.now() - began} ms`)
  }
  await runtime.close()
  await Promise.all(hostile)
})

test('a tenant keeps an idle process while another one asks for more than its share [guard: idle-process-kept]', async () => {
  const runtime = openTestRuntime({ max_processes: 2 })
  const mark = '(cb) => cb(null, (global.mark ??= Math.random()))'
  const before = await runtime.value(mark, { unit: unitOf('quiet') })
  const hostile = Array.from({ length: 4 }, (_, n) => runtime.run(never, { unit: unitOf('hostile', `u${n}`) }))
  await untilStarted(runtime, 1)
  await sleep(500)
  assert.equal(await runtime.value(mark, { unit: unitOf('quiet') }), before)
  await runtime.close()
  await Promise.all(hostile)
})

test('a call of a process that another tenant needed runs again, and answers [guard: reclaimed-calls-run-again]', async () => {
  const runtime = openTestRuntime({ max_processes: 2 })
  const slow = `(cb) => { console.log('started'); setTimeout(() => cb(null, 'answered'), 3_000) }`
  const calls = ['a', 'b'].map((unit_id) => runtime.run(slow, { unit: unitOf('many', unit_id), retry: true }))
  await untilStarted(runtime, 2)
  assert.equal(await runtime.value('(cb) => cb(null, 1)', { unit: unitOf('other') }), 1)
  for (const result of await Promise.all(calls)) assert.equal(result.kind, 'returned')
  await runtime.close()
})

test('with more tenants than processes they take turns: a process ends after its calls [guard: processes-in-turns]', async () => {
  const runtime = openTestRuntime({ max_processes: 1 })
  const limits = { ...quick_limits, deadline_ms: 2_000 }
  let running = true
  const keepBusy = async () => {
    while (running) await runtime.run(never, { unit: unitOf('hostile'), limits })
  }
  const busy = Array.from({ length: 4 }, async (_, n) => {
    await sleep(n * 500)
    await keepBusy()
  })
  await sleep(2_500)
  const began = performance.now()
  const result = await runtime.run('(cb) => cb(null, 1)', { unit: unitOf('other'), limits: quick_limits })
  assert.equal(result.kind, 'returned')
  assert.ok(performance.now() - began < 8_000, `waited ${performance.now() - began} ms`)
  running = false
  await runtime.close().catch(() => undefined)
  await Promise.allSettled(busy)
})

test('cores are assigned evenly, and free again when their tenants have no process', () => {
  assert.deepEqual(readCoreList('0-2,5'), [0, 1, 2, 5])
  const cores = openCores([3, 7])
  assert.deepEqual(
    ['a', 'b', 'a', 'c'].map((tenant_id) => cores.of(tenant_id)),
    [3, 7, 3, 3],
  )
  cores.keep(new Set(['a', 'c']))
  assert.equal(cores.of('d'), 7)
  assert.equal(openCores([]).of('a'), undefined)
})

/** The scheduling policy of each thread of a process (sched(7)): 0 is the usual one, 5 is `idle`. */
function policiesOf(pid: unknown): string[] {
  const folder = `/proc/${String(pid)}/task`
  const policyOf = (task: string) => {
    const stat = readFileSync(`${folder}/${task}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38] ?? ''
  }
  return [...new Set(readdirSync(folder).map(policyOf))]
}

test('the processes of a tenant that uses most of a core yield, after two such samples [guard: busy-scripts-yield]', () => {
  const busy = watchBusyTenants()
  const yielded: string[] = []
  const processOf = (tenant_id: string, share: number) => ({
    tenant_id,
    worker: { cpuShare: () => share, yieldCores: () => yielded.push(tenant_id) },
  })
  const processes = [processOf('hostile', 0.35), processOf('hostile', 0.35), processOf('other', 0.5)]
  busy.update(processes)
  busy.update([processOf('hostile', 0.1)])
  busy.update(processes)
  assert.deepEqual(yielded, [])
  busy.update(processes)
  assert.deepEqual(yielded, ['hostile', 'hostile'])
})

test('the processes of the only tenant that has some do not yield', () => {
  const busy = watchBusyTenants()
  const worker = { cpuShare: () => 1, yieldCores: () => assert.fail('the process yielded') }
  for (let nth = 0; nth < 5; nth += 1) busy.update([{ tenant_id: 'only', worker }])
})

test('a process that yields runs while a core is idle, and a later call in a new process', async (t) => {
  if (process.platform !== 'linux') return t.diagnostic('not run: needs the scheduling policies of Linux')
  const runtime = openTestRuntime()
  const unit = unitOf('busy')
  const pidOf = async (of = unit) => {
    const before = sandboxPids()
    await runtime.value('(cb) => cb(null, 1)', { unit: of })
    return newSandboxPid(before)
  }
  const [pid, calm] = [await pidOf(), await pidOf(unitOf('calm'))]
  const cpuOf = async () => (await processStats(Number(pid)))?.cpu_ms ?? 0
  const spinning = runtime.run('(cb) => { const end = Date.now() + 6_000; while (Date.now() < end); cb(null, 1) }', {
    unit,
  })
  let used_ms = 0
  for (let nth = 0; nth < 9 && !policiesOf(pid).includes('5'); nth += 1) {
    const before = await cpuOf()
    await sleep(600)
    used_ms = Math.max(used_ms, (await cpuOf()) - before)
  }
  // Beside busy cores the script cannot use most of one.
  if (!policiesOf(pid).includes('5') && used_ms < 450) t.diagnostic('not run: other programs use the cores')
  else assert.deepEqual([policiesOf(pid), policiesOf(calm)], [['5'], ['0']])
  const was_yielded = policiesOf(pid).includes('5')
  await spinning
  await sleep(3_000)
  await runtime.value('(cb) => cb(null, 1)', { unit })
  const next = sandboxPids().find((each) => each !== calm)
  assert.equal(next !== pid, was_yielded)
  assert.deepEqual(policiesOf(next), ['0'])
  await runtime.close()
})

test('the processes of one tenant share one core, whatever they compute [guard: one-core-per-tenant]', async (t) => {
  if (!(await probeWrappers()).taskset) return t.diagnostic('not run: needs taskset (package util-linux)')
  const runtime = openTestRuntime()
  await Promise.all(
    ['a', 'b', 'c'].map((unit_id) => runtime.value('(cb) => cb(null, 1)', { unit: unitOf('busy', unit_id) })),
  )
  const pids = sandboxPids()
  assert.equal(pids.length, 3)
  const coresOf = (pid: unknown) =>
    /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]
  assert.equal(new Set(pids.map(coresOf)).size, 1)
  assert.match(coresOf(pids[0]) ?? '', /^\d+$/)
  const cpuOf = async () => {
    const stats = await Promise.all(pids.map((pid) => processStats(Number(pid))))
    return stats.reduce((sum, each) => sum + (each?.cpu_ms ?? 0), 0)
  }
  const spinning = ['a', 'b', 'c'].map((unit_id) =>
    runtime.run('(cb) => { for (;;); }', {
      unit: unitOf('busy', unit_id),
      limits: { ...quick_limits, deadline_ms: 4_000 },
    }),
  )
  await sleep(500)
  const before = { cpu_ms: await cpuOf(), at: performance.now() }
  await sleep(2_000)
  const used = ((await cpuOf()) - before.cpu_ms) / (performance.now() - before.at)
  assert.ok(used < 1.1, `${used} cores`)
  await Promise.all(spinning)
  await runtime.close()
})
