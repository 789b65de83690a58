/** Sandbox processes in bubblewrap: what isolates them, what still works in them, and machines where bubblewrap does not work. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { getPriority, tmpdir } from 'node:os'
import path from 'node:path'
import { before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { formats_folder, runtime_folder } from '../../src/sandbox/spawn-command.ts'
import { ensureBubblewrap } from '../support/bubblewrap.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { newSandboxPid, processIds } from '../support/sandbox-pids.ts'
import { openTestRuntime } from './test-runtime.ts'

before(ensureBubblewrap)

const program_file = path.resolve(import.meta.dirname, '../../bin/wherry.cjs')

/** A file of the sandbox, as a text in a program. */
const moduleOf = (file: string) => JSON.stringify(path.resolve(import.meta.dirname, '../../src/sandbox', file))

/** The Deno process of this test's one running script. */
function denoPid(): number {
  return newSandboxPid([])
}

test('a process has namespaces, limits and a priority of its own, and no capability [guard: hardened-namespaces]', async () => {
  const runtime = openTestRuntime({ hardened: 'required' })
  await runtime.value('(cb) => cb(null, 1)')
  const pid = denoPid()
  for (const name of ['user', 'pid', 'ipc', 'uts', 'net', 'mnt'])
    assert.notEqual(readlinkSync(`/proc/${pid}/ns/${name}`), readlinkSync(`/proc/self/ns/${name}`), name)
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  assert.match(status, /NoNewPrivs:\t1/)
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
    assert.match(status, new RegExp(`${set}:\t0+\n`))
  const limits = readFileSync(`/proc/${pid}/limits`, 'utf8')
  for (const limit of [/Max core file size +0 /, /Max file size +0 /, /Max open files +256 /])
    assert.match(limits, limit)
  const data = Number(/Max data size +(\d+)/.exec(limits)?.[1])
  assert.ok(data > 800e6 && data < 1e9, String(data))
  assert.equal(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim(), '800')
  const priority = Math.min(19, getPriority() + 10)
  for (const thread of readdirSync(`/proc/${pid}/task`)) assert.equal(getPriority(Number(thread)), priority, thread)
  await runtime.close()
})

test('the session of a process has a low priority, because Linux shares the processor among sessions [guard: session-low-priority]', async (t) => {
  const runtime = openTestRuntime({ hardened: 'required' })
  await runtime.value('(cb) => cb(null, 1)')
  const file = `/proc/${denoPid()}/autogroup`
  if (!existsSync(file)) return t.diagnostic('not run: this kernel does not share the processor among sessions')
  const before = readFileSync('/proc/self/autogroup', 'utf8')
  const until = Date.now() + 5_000
  while (!/ nice 5$/m.test(readFileSync(file, 'utf8')) && Date.now() < until) await sleep(50)
  assert.match(readFileSync(file, 'utf8'), / nice 5$/m)
  assert.equal(readFileSync('/proc/self/autogroup', 'utf8'), before, 'that of the server is unchanged')
  await runtime.close()
})

test('a process has a network without addresses and routes but its own loopback [guard: hardened-no-network]', async () => {
  const runtime = openTestRuntime({ hardened: 'required' })
  await runtime.value('(cb) => cb(null, 1)')
  const net = `/proc/${denoPid()}/net`
  const interfaces = readFileSync(`${net}/dev`, 'utf8')
    .split('\n')
    .slice(2)
    .filter((line) => line !== '')
  assert.deepEqual(
    interfaces.map((line) => line.split(':')[0]?.trim()),
    ['lo'],
  )
  assert.equal(readFileSync(`${net}/route`, 'utf8').trim().split('\n').length, 1)
  await runtime.close()
})

test('the file system of a process holds its program, its libraries, its modules and its socket, and nothing can be written [guard: hardened-files]', async () => {
  const runtime = openTestRuntime({ hardened: 'required' })
  await runtime.value('(cb) => cb(null, 1)')
  const pid = denoPid()
  const root = (folder: string) => readdirSync(`/proc/${pid}/root${folder}`)
  const mounts = readFileSync(`/proc/${pid}/mounts`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
  const shown = mounts.map(([, where = '']) => where).filter((where) => where !== '/')
  const expected = (where: string) =>
    /\/(?:lib[^/]+|ld-linux[^/]*)\.so(?:\.\d+)*$/.test(where) ||
    where.endsWith('/deno') ||
    // One line with the bounds of the stack, the same for every process.
    where === '/proc/self/maps' ||
    `${where}/` === runtime_folder ||
    `${where}/` === formats_folder ||
    (where.startsWith(`${tmpdir()}/wherry-sandbox-`) && where.endsWith('/s'))
  assert.deepEqual(
    shown.filter((where) => !expected(where)),
    [],
  )
  for (const [, where, , options = ''] of mounts) assert.match(options, /^ro,/, where)
  assert.deepEqual(root('/proc'), ['self'])
  await runtime.close()
})

test('a script verifies a hash with the module legacy-passwords, which Deno compiles from TypeScript in a checkout', async () => {
  const runtime = openTestRuntime({ hardened: 'required' })
  const source = `(password, callback) => require('legacy-passwords')
    .verify(password, '5f4dcc3b5aa765d61d8327deb882cf99', { digest: 'md5' }).then((ok) => callback(null, ok), callback)`
  assert.equal(await runtime.value(source, { args: ['password'] }), true)
  await runtime.close()
})

test('a script reaches a server that its connection allows, and no other', async () => {
  const store = createServer((socket) => socket.end('a row')).listen(0, '127.0.0.1')
  await once(store, 'listening')
  const { port } = store.address() as AddressInfo
  const runtime = openTestRuntime({ hardened: 'required' })
  const source = `(cb) => require('net').connect(${port}, '127.0.0.1').on('data', (data) => cb(null, String(data))).on('error', cb)`
  const egress = { mode: 'open', allow: [`127.0.0.1:${port}`], private_networks: true } as const
  assert.equal(await runtime.value(source, { egress: { ...egress, allow: [...egress.allow] } }), 'a row')
  const refused = await runtime.run(source, { unit: 'unlisted', egress: { ...egress, allow: [] } })
  assert.ok(refused.kind === 'failed' && refused.error.code === 'EGRESS_REFUSED', JSON.stringify(refused))
  await runtime.close()
  store.close()
})

const isRunning = (pid: number) => processIds().includes(String(pid))

/** A program that runs a looping script in the hardened sandbox. */
const looping = `
  import { startScriptRuntime } from ${moduleOf('script-runtime.ts')}
  import { default_limits } from ${moduleOf('limits.ts')}
  const runtime = startScriptRuntime({ onLog: () => console.log('loops'), reserved: () => [], hardened: 'required' })
  await runtime.isolation()
  console.log('starts')
  runtime.run({ unit: { tenant_id: 't', unit_id: 'u', version: 1 }, script: 's', source: '(cb) => { console.log(1); for (;;); }', args: [], configuration: {},
    egress: { mode: 'open', allow: [] }, limits: { ...default_limits, deadline_ms: 60_000 }, retry: false })`

/** The ids of the processes whose command line has `text`. */
function processesWith(text: string): string[] {
  return processIds().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text)
    } catch {
      return false
    }
  })
}

test('no process outlives a server that was killed, while it runs a script or starts [guard: hardened-ends-with-server]', async () => {
  const moments = [
    ['loops', 0],
    ['starts', 0],
    ['starts', 5],
    ['starts', 15],
    ['starts', 40],
    ['starts', 80],
  ] as const
  const killAt = async ([line, delay_ms]: (typeof moments)[number]): Promise<void> => {
    const folder = tempFolder('killed')
    const env = { ...process.env, TMPDIR: folder }
    const server = spawn(process.execPath, ['--input-type=module', '-e', looping], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let printed = ''
    server.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    while (!printed.includes(line)) await sleep(1)
    await sleep(delay_ms)
    if (line === 'loops') assert.equal(processesWith(folder).length, 2)
    server.kill('SIGKILL')
    // A process that was being started has no such command line yet.
    await sleep(1_500)
    for (let round = 0; processesWith(folder).length > 0 && round < 100; round += 1) await sleep(50)
    const left = processesWith(folder)
    for (const pid of left) process.kill(Number(pid), 'SIGKILL')
    assert.deepEqual(left, [], `killed when it ${line}, after ${delay_ms} ms`)
  }
  await Promise.all(moments.map(killAt))
})

test('a process that computes without a pending call is killed, though it is not the one that the server started [guard: hardened-usage-sampled]', async () => {
  const runtime = openTestRuntime({ hardened: 'required' })
  await runtime.value(
    '(cb) => { cb(null, 1); setInterval(() => { const end = Date.now() + 90; while (Date.now() < end); }, 1) }',
  )
  const pid = denoPid()
  for (let round = 0; isRunning(pid) && round < 300; round += 1) await sleep(100)
  assert.equal(isRunning(pid), false)
  await runtime.close()
})

/** Runs the server where no user namespace can be made; answers its status once it has ended, or once it is ready. */
async function serveWithoutNamespaces(hardened: string) {
  const env = {
    ...process.env,
    WHERRY_SANDBOX_HARDENED: hardened,
    WHERRY_PORT: '0',
    WHERRY_ADMIN_URL: 'off',
    WHERRY_DATA_DIR: tempFolder('data'),
  }
  const script = 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"'
  const args = ['--user', '--map-root-user', 'sh', '-c', script, 'sh', process.execPath, program_file, 'serve']
  const child = spawn('unshare', args, { cwd: tempFolder('cwd'), env, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString()
    if (!child.killed && printed.includes('"msg":"ready"')) child.kill('SIGTERM')
  })
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, printed }
}

test('where bubblewrap does not work, a start logs the reason once, and does not succeed if it is required [guard: hardened-required]', async () => {
  const auto = await serveWithoutNamespaces('auto')
  assert.equal(auto.status, 0, auto.printed)
  const warnings = auto.printed.split('\n').filter((line) => line.includes('without the hardened sandbox'))
  assert.equal(warnings.length, 1)
  assert.match(warnings[0] ?? '', /Bubblewrap does not work here \(bwrap: .*namespace.*max_user_namespaces/)
  assert.match(auto.printed, /"sandbox":"default","msg":"ready"/)

  const required = await serveWithoutNamespaces('required')
  assert.equal(required.status, 1)
  assert.match(
    required.printed,
    /^Action scripts cannot run as WHERRY_SANDBOX_HARDENED=required says\. Bubblewrap does not work here/,
  )
  assert.doesNotMatch(required.printed, /"msg":"ready"/)

  const off = await serveWithoutNamespaces('off')
  assert.equal(off.status, 0)
  assert.doesNotMatch(off.printed, /hardened sandbox/)
})

test('an ordinary user who can get no new privileges has the hardened sandbox', (t) => {
  if (process.getuid?.() !== 0)
    return t.diagnostic('not run: only root can change its user; the other tests ran as an ordinary user')
  const probe = `
    const { probeIsolation } = await import(${moduleOf('isolation.ts')})
    const { denoFile } = await import(${moduleOf('deno-file.ts')})
    console.log((await probeIsolation('auto', denoFile())).not_hardened ?? 'hardened')`
  const options = ['--reuid=65534', '--regid=65534', '--clear-groups', '--no-new-privs', '--bounding-set=-all']
  const { stdout, stderr } = spawnSync('setpriv', [...options, process.execPath, '--input-type=module', '-e', probe], {
    encoding: 'utf8',
    cwd: '/',
  })
  if (stderr.includes('EACCES'))
    return t.diagnostic('not run: the checkout is in a folder that other users cannot read')
  return assert.equal(stdout.trim(), 'hardened', stderr)
})
