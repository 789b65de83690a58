/** What a script tries once. Bodies see `require`, `port`, `folder`, `socket_path` and `host_pid`, and may await. */
import path from 'node:path'

/** A body, and where the attempt may answer instead of failing: what the answer is. `^$`: the process ended without one. */
export type SingleShotPayload = {
  body: string
  or?: RegExp
  /** With the limit of memory a thread cannot start; without it, it gets no more permissions. */
  unwrapped?: boolean
}

const server_file = new URL('../../tsconfig.json', import.meta.url).href

/** Without bubblewrap, Deno's `require` reads scripts and JSON below any folder of this name: the one payload that is not stopped. */
export const other_node_modules = 'require a script in another node_modules folder'

export const single_shot_payloads: Record<string, SingleShotPayload> = {
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
  'write a file beside its socket': { body: `Deno.writeTextFileSync(socket_path + '-x', 'x'); return 'written'` },
  'remove its socket': { body: `Deno.removeSync(socket_path); return 'removed'` },
  'replace its socket by a folder': {
    body: `Deno.removeSync(socket_path); Deno.mkdirSync(socket_path); for (let i = 0; ; i++) Deno.writeTextFileSync(socket_path + '/' + i, 'x')`,
  },
  'make a symbolic link': { body: `Deno.symlinkSync('/etc/passwd', socket_path + '-link'); return 'linked'` },
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
    or: /^GOT \{("NODE_ENV":"production")?\}$/,
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
  // The runner answers an address that stands for the name; nothing is looked up.
  'look a name up': {
    body: `return (await require('node:dns').promises.lookup('localhost')).address`,
    or: /^GOT 198\.18\.\d+\.\d+$/,
  },
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
  'resolve a path outside its files': { body: `return require('node:fs').realpathSync('/etc/../etc/passwd')` },
  [other_node_modules]: {
    body: `return require('node:module').createRequire('file:///x.js')(folder + '/node_modules/secret.js')`,
    or: /^GOT secret$/,
  },
  'connect to loopback by a decimal number': {
    body: `await Deno.connect({ port, hostname: '2130706433' }); return 'connected'`,
  },
  'connect to loopback by a mapped IPv6 address': {
    body: `await Deno.connect({ port, hostname: '::ffff:127.0.0.1' }); return 'connected'`,
  },
}
