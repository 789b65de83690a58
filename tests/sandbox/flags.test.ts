/**
 * The flags of the process confine a script without help. The program here runs with exactly the permissions of a script,
 * but without the runner, so that no JavaScript of ours restricts it.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFileSync, mkdtempSync, rmSync, readdirSync, mkdirSync, chmodSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { denoFile } from '../../src/sandbox/deno-file.ts'
import { probeWrappers, spawnCommand, type Wrappers } from '../../src/sandbox/spawn-command.ts'

const server_file = new URL('../../tsconfig.json', import.meta.url).href
const folder = mkdtempSync(path.join(tmpdir(), 'wherry-flags-'))
const socket_folder = path.join(folder, 'own')
const socket_path = path.join(socket_folder, 's')
let broker: Server
let other: Server
let tcp: Server
let tcp_connections = 0
let host_signals = 0
const onSignal = () => {
  host_signals += 1
}

before(async () => {
  mkdirSync(socket_folder)
  const listen = (server: Server, where: string | number) =>
    new Promise<void>((resolve) => {
      if (typeof where === 'string') server.listen(where, resolve)
      else server.listen(where, '127.0.0.1', resolve)
    })
  broker = createServer((socket) => socket.end('broker'))
  other = createServer((socket) => socket.end('secret'))
  tcp = createServer((socket) => {
    tcp_connections += 1
    socket.end('secret')
  })
  await listen(broker, socket_path)
  await listen(other, path.join(folder, 'other.sock'))
  await listen(tcp, 0)
  chmodSync(socket_folder, 0o500)
  process.on('SIGUSR1', onSignal)
  process.on('SIGTERM', onSignal)
})

after(() => {
  process.off('SIGUSR1', onSignal)
  process.off('SIGTERM', onSignal)
  for (const server of [broker, other, tcp]) server.close()
  chmodSync(socket_folder, 0o700)
  rmSync(folder, { recursive: true, force: true })
})

/** Runs `body` (which may await) with a script's permissions and answers its value, or its error. */
async function attempt(body: string, wrappers?: Wrappers): Promise<string> {
  const program = path.join(folder, 'program.cjs')
  const port = (tcp.address() as AddressInfo).port
  writeFileSync(
    program,
    `const port = ${port}; const folder = ${JSON.stringify(folder)}; const socket_path = ${JSON.stringify(socket_path)}; const host_pid = ${process.pid};
     const say = (text) => { Deno.stdout.writeSync(new TextEncoder().encode(text)); Deno.exit(0) };
     for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (e) => say('ERR uncaught ' + e?.message));
     const body = new (Object.getPrototypeOf(async () => {}).constructor)('require', 'port', 'folder', 'socket_path', 'host_pid', ${JSON.stringify(body)});
     body(require, port, folder, socket_path, host_pid)
     .then((v) => 'GOT ' + (typeof v === 'string' ? v : JSON.stringify(v)), (e) => 'ERR ' + (e?.name ?? '') + ' ' + (e?.code ?? '') + ' ' + (e?.message ?? e))
     .then(say)`,
  )
  const command = spawnCommand({
    deno_file: denoFile(),
    socket_path,
    memory_bytes: 256 * 1024 * 1024,
    open_files: 256,
    wrappers: wrappers ?? (await probeWrappers()),
    cpu: undefined,
    program,
  })
  const child = spawn(command.file, command.args, { cwd: '/', env: command.env, stdio: ['ignore', 'pipe', 'pipe'] })
  const killer = setTimeout(() => child.kill('SIGKILL'), 15_000)
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr.resume()
  await new Promise((resolve) => child.once('close', resolve))
  clearTimeout(killer)
  return text
}

test('the program used here runs, and reaches the one socket it may reach', async () => {
  assert.equal(await attempt('return "alive"'), 'GOT alive')
  const source = `const c = await Deno.connect({ transport: 'unix', path: socket_path }); const b = new Uint8Array(64); return new TextDecoder().decode(b.subarray(0, await c.read(b)))`
  assert.equal(await attempt(source), 'GOT broker')
})

// Without the memory limit a thread can start; with it the process exits. `unwrapped` shows that it gets no more permissions.
/** Each must fail with an error, or answer what `or` matches; `^$` is a process that was killed. */
const refused: Record<string, { body: string; or?: RegExp; unwrapped?: boolean }> = {
  'read a file': { body: `return Deno.readTextFileSync('/etc/passwd')` },
  'read a file with node:fs': { body: `return require('node:fs').readFileSync('/etc/passwd', 'utf8')` },
  'read a file by a path trick': { body: `return require('node:fs').readFileSync('/etc/../etc/./passwd', 'utf8')` },
  'read a file by URL': { body: `return await (await fetch('file:///etc/passwd')).text()` },
  'open a file as a blob': { body: `return await (await require('node:fs').openAsBlob('/etc/passwd')).text()` },
  'list a folder': { body: `return [...Deno.readDirSync('/')].length + ''` },
  'read its own environment': { body: `return require('node:fs').readFileSync('/proc/self/environ', 'utf8')` },
  'read its parent’s environment': {
    body: `return require('node:fs').readFileSync('/proc/' + host_pid + '/environ', 'utf8')`,
  },
  'read its parent’s memory map': {
    body: `return require('node:fs').readFileSync('/proc/' + host_pid + '/maps', 'utf8')`,
  },
  'load an .env file': { body: `process.loadEnvFile('/etc/environment'); return 'loaded'` },
  'require a file of the server': {
    body: `return require(${JSON.stringify(path.resolve(import.meta.dirname, '../../tools/npm-install.cjs'))}) ? 'loaded' : ''`,
  },
  'write a file': { body: `Deno.writeTextFileSync('/tmp/wherry-written', 'x'); return 'written'` },
  'write a file beside its socket': { body: `Deno.writeTextFileSync(folder + '/own/x', 'x'); return 'written'` },
  'remove its socket': { body: `Deno.removeSync(socket_path); return 'removed'` },
  'replace its socket by a folder': {
    body: `Deno.removeSync(socket_path); Deno.mkdirSync(socket_path); for (let i = 0; ; i++) Deno.writeTextFileSync(socket_path + '/' + i, 'x')`,
  },
  'make a symbolic link': { body: `Deno.symlinkSync('/etc/passwd', folder + '/own/link'); return 'linked'` },
  'make a temporary file': { body: `return Deno.makeTempFileSync()` },
  'start a program': { body: `return new Deno.Command('/bin/id').outputSync().code + ''` },
  'start a program with node': { body: `return require('node:child_process').execFileSync('/bin/id').toString()` },
  'start a shell': { body: `return require('node:child_process').execSync('id').toString()` },
  fork: { body: `return String(require('node:child_process').fork('/tmp/x.js').pid)`, or: /^(GOT undefined)?$/ },
  'bind to native code': { body: `return Object.keys(process.binding('spawn_sync')).join()`, or: /^GOT $/ },
  'start a program through a built-in': {
    body: `return process.getBuiltinModule('child_process').execSync('id').toString()`,
  },
  'load a native library': {
    body: `return typeof Deno.dlopen('/lib/x86_64-linux-gnu/libc.so.6', { system: { parameters: ['pointer'], result: 'i32' } })`,
  },
  'load a native module': {
    body: `process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6'); return 'loaded'`,
  },
  'request more permissions': {
    body: `const asked = []; for (const name of ['read', 'write', 'net', 'run', 'ffi', 'env', 'sys']) asked.push((await Deno.permissions.request({ name })).state); return asked.filter((s) => s === 'granted').join()`,
    or: /^GOT $/,
  },
  'see the environment': {
    body: `return JSON.stringify({ ...process.env, ...Deno.env.toObject() })`,
    or: /^GOT \{\}$/,
  },
  'connect to loopback': { body: `await Deno.connect({ port, hostname: '127.0.0.1' }); return 'connected'` },
  'connect to loopback with node:net': {
    body: `return await new Promise((ok, no) => require('node:net').connect(port, '127.0.0.1', () => ok('connected')).on('error', no))`,
  },
  'connect with a look-up of its own': {
    body: `return await new Promise((ok, no) => require('node:net').connect({ port, host: 'x', lookup: (h, o, cb) => cb(null, [{ address: '127.0.0.1', family: 4 }]) }, () => ok('connected')).on('error', no))`,
  },
  'fetch loopback': { body: `return await (await fetch('http://127.0.0.1:' + port)).text()` },
  'fetch by the name localhost': { body: `return await (await fetch('http://localhost:' + port)).text()` },
  'open a web socket': {
    body: `return await new Promise((ok, no) => { const w = new WebSocket('ws://127.0.0.1:' + port); w.onopen = () => ok('open'); w.onerror = (e) => no(e.error ?? new Error('refused')) })`,
  },
  'connect over TLS': { body: `await Deno.connectTls({ port, hostname: '127.0.0.1' }); return 'connected'` },
  'connect over HTTP/2': {
    body: `return await new Promise((ok, no) => { const c = require('node:http2').connect('http://127.0.0.1:' + port); c.on('connect', () => ok('connected')); c.on('error', no) })`,
  },
  'use QUIC': {
    body: `const c = await Deno.connectQuic({ hostname: '127.0.0.1', port, alpnProtocols: ['x'] }); return 'connected'`,
  },
  'connect to another unix socket': {
    body: `const c = await Deno.connect({ transport: 'unix', path: folder + '/other.sock' }); const b = new Uint8Array(64); return new TextDecoder().decode(b.subarray(0, await c.read(b)))`,
  },
  'connect to another unix socket with node:net': {
    body: `return await new Promise((ok, no) => require('node:net').connect(folder + '/other.sock').on('data', (d) => ok(d.toString())).on('error', no))`,
  },
  'send a datagram': {
    body: `return await new Promise((ok, no) => { const s = require('node:dgram').createSocket('udp4'); s.on('error', no); s.send('x', port, '127.0.0.1', (e) => (e ? no(e) : ok('sent'))) })`,
  },
  'listen on a port': { body: `const l = Deno.listen({ port: 0, hostname: '127.0.0.1' }); return String(l.addr.port)` },
  'listen with node:http': {
    body: `return await new Promise((ok, no) => require('node:http').createServer().on('error', no).listen(0, '127.0.0.1', () => ok('listening')))`,
  },
  'resolve a name': { body: `return (await Deno.resolveDns('localhost', 'A')).join()` },
  'look a name up': { body: `return (await require('node:dns').promises.lookup('localhost')).address` },
  'open a database file': {
    body: `const { DatabaseSync } = require('node:sqlite'); new DatabaseSync(folder + '/x.db').exec('create table t(a)'); return 'opened'`,
  },
  'attach a database file': {
    body: `const { DatabaseSync } = require('node:sqlite'); const d = new DatabaseSync(':memory:'); d.exec("attach '" + folder + "/y.db' as y; create table y.t(a)"); return 'attached'`,
  },
  'write a database file by vacuum': {
    body: `const { DatabaseSync } = require('node:sqlite'); const d = new DatabaseSync(':memory:'); d.exec("create table t(a); vacuum into '" + folder + "/z.db'"); return 'written'`,
  },
  'keep data on disk': { body: `localStorage.setItem('a', 'b'); return 'kept'` },
  'keep a cache on disk': { body: `await caches.open('x'); return 'kept'` },
  'open a key-value store on disk': { body: `await Deno.openKv(); return 'opened'` },
  'open an inspector': {
    body: `require('node:inspector').open(0, '127.0.0.1'); return require('node:inspector').url() ?? 'none'`,
    or: /^GOT none$/,
  },
  'write a heap snapshot': { body: `return require('node:v8').writeHeapSnapshot('/tmp/wherry.heapsnapshot')` },
  'write a report': {
    body: `return String(process.report?.writeReport?.('/tmp/wherry-report.json'))`,
    or: /^GOT (undefined|null|\S+\.json|)$/,
  },
  'import from the network': { body: `await import('https://127.0.0.1:' + port + '/x.js'); return 'imported'` },
  'import an npm package': { body: `await import('npm:left-pad@1.3.0'); return 'imported'` },
  'import a jsr package': { body: `await import('jsr:@std/assert'); return 'imported'` },
  'import a data URL that reads files': {
    body: `return (await import('data:text/javascript,export default Deno.readTextFileSync("/etc/passwd")')).default`,
  },
  'import a file of the server': {
    body: `return (await import(${JSON.stringify(server_file)}, { with: { type: 'json' } })).default.name`,
  },
  'import a file of the server through a data URL': {
    body: `return (await import('data:text/javascript,import x from ' + encodeURIComponent(JSON.stringify(${JSON.stringify(server_file)})) + ' with {type:"json"}; export default x.name')).default`,
  },
  'import a file of the server through a blob': {
    body: `return (await import(URL.createObjectURL(new Blob(['import x from ' + JSON.stringify(${JSON.stringify(server_file)}) + ' with {type:"json"}; export default x.name'], { type: 'text/javascript' })))).default`,
  },
  'import a file of the server in a worker': {
    unwrapped: true,
    or: /^$/,
    body: `return await new Promise((ok, no) => { const url = URL.createObjectURL(new Blob(['import x from ' + JSON.stringify(${JSON.stringify(server_file)}) + ' with {type:"json"}; postMessage(x.name)'], { type: 'text/javascript' })); const w = new Worker(url, { type: 'module' }); w.onmessage = (m) => ok(m.data); w.onerror = (e) => { e.preventDefault(); no(new Error(e.message)) } })`,
  },
  'read files in a worker': {
    unwrapped: true,
    body: `return await new Promise((ok, no) => { const url = URL.createObjectURL(new Blob(['try { postMessage("GOT " + Deno.readTextFileSync("/etc/passwd")) } catch (e) { postMessage("ERR " + e.message) }'])); const w = new Worker(url, { type: 'module' }); w.onmessage = (m) => (m.data.startsWith('ERR') ? no(new Error(m.data)) : ok(m.data)); w.onerror = (e) => { e.preventDefault(); no(new Error(e.message)) } })`,
  },
  'read files in a thread': {
    unwrapped: true,
    or: /^$/,
    body: `return await new Promise((ok, no) => { const { Worker } = require('node:worker_threads'); const w = new Worker('require("node:worker_threads").parentPort.postMessage(require("node:fs").readFileSync("/etc/passwd", "utf8"))', { eval: true }); w.on('message', ok); w.on('error', no) })`,
  },
  'signal the server': { body: `process.kill(host_pid, 'SIGTERM'); return 'sent'` },
  'start the server’s inspector': { body: `process.kill(host_pid, 'SIGUSR1'); return 'sent'` },
  'signal with Deno': { body: `Deno.kill(host_pid, 'SIGTERM'); return 'sent'` },
  'use debug hooks of the server': { body: `process._debugProcess(host_pid); return 'sent'` },
  'see the machine’s network interfaces': {
    body: `return Object.keys(require('node:os').networkInterfaces()).join()`,
    or: /^GOT $/,
  },
  'change its user': { body: `process.setuid(0); return 'root'`, or: /^GOT root$/ },
  'change folder': { body: `Deno.chdir('/etc'); return 'changed'` },
}

for (const [name, { body, or, unwrapped }] of Object.entries(refused)) {
  test(`a script cannot ${name}`, async () => {
    const answer = await attempt(body, unwrapped ? { shell: false, setpriv: [], taskset: false } : undefined)
    assert.ok(
      answer.startsWith('ERR ') || (or?.test(answer) ?? false),
      answer.slice(0, 300) || 'it exited without output',
    )
  })
}

test('none of it reached the server, its sockets or its disk', () => {
  assert.equal(tcp_connections, 0)
  assert.equal(host_signals, 0)
  assert.deepEqual(readdirSync(socket_folder), ['s'])
  assert.deepEqual(readdirSync(folder).toSorted(), ['other.sock', 'own', 'program.cjs'])
})
