/** Scripts that misuse time, memory, output or their process. */
import { default_limits, type ScriptLimits } from '../../src/sandbox/limits.ts'
import type { ScriptResult } from '../../src/sandbox/script-types.ts'

export const hasty: ScriptLimits = { ...default_limits, deadline_ms: 1_000 }
// Ended by what it writes, not by its deadline.
const writing: ScriptLimits = { ...hasty, deadline_ms: 5_000 }
const patient: ScriptLimits = { ...hasty, deadline_ms: 15_000, memory_bytes: 128 * 1024 * 1024 }

/** What a script does, the kinds of results that its call may have, and the reason of a crash. */
export type AbusePayload = { source: string; kinds: ScriptResult['kind'][]; limits?: ScriptLimits; reason?: RegExp }

const write = `const write = (bytes) => Deno.stdout.writeSync(bytes)`

export const abuse_payloads: Record<string, AbusePayload> = {
  'loops at once': { source: '(cb) => { for (;;); }', kinds: ['timed_out'] },
  'loops after awaiting': {
    source: 'async (cb) => { await new Promise((r) => setTimeout(r, 30)); for (;;); }',
    kinds: ['timed_out'],
  },
  'starves the event loop with promises': {
    source: '(cb) => { (function again() { Promise.resolve().then(again) })() }',
    kinds: ['timed_out'],
  },
  'loops while its result is written': { source: '(cb) => cb(null, { toJSON() { for (;;); } })', kinds: ['timed_out'] },
  'never answers': { source: '(cb) => {}', kinds: ['timed_out'] },
  exits: { source: '(cb) => process.exit(0)', kinds: ['crashed'], reason: /process\.exit/ },
  'exits later': {
    source: '(cb) => setTimeout(() => process.exit(1), 20)',
    kinds: ['crashed'],
    reason: /process\.exit/,
  },
  aborts: { source: '(cb) => process.abort()', kinds: ['crashed'], reason: /process\.abort/ },
  'kills itself': {
    source: '(cb) => setTimeout(() => process.kill(process.pid, "SIGKILL"), 20)',
    // In bubblewrap it is the first process of its namespace, which ignores signals from within.
    kinds: ['crashed', 'failed', 'timed_out'],
  },
  'floods standard output in one line': {
    source: `(cb) => { ${write}; for (;;) write(Buffer.alloc(65536, 120)) }`,
    kinds: ['crashed'],
    limits: writing,
    reason: /a line of more than/,
  },
  'floods standard output with lines': {
    source: `(cb) => { ${write}; for (;;) write(Buffer.alloc(65536, "x\\n")) }`,
    kinds: ['crashed'],
    limits: writing,
    reason: /lines of output/,
  },
  'floods the log beside console': {
    source: `(cb) => { ${write}; const line = Buffer.from(JSON.stringify({ t: 'log', id: '1', level: 'log', text: 'y'.repeat(8000) }) + '\\n'); for (;;) write(line) }`,
    kinds: ['crashed'],
    limits: writing,
    reason: /lines of output/,
  },
  'floods standard error': {
    source: '(cb) => { for (;;) Deno.stderr.writeSync(Buffer.alloc(65536, 120)) }',
    kinds: ['crashed'],
    limits: writing,
    reason: /bytes of output/,
  },
  'floods the console': { source: '(cb) => { for (;;) console.log("x".repeat(1000)) }', kinds: ['timed_out'] },
  'closes its standard output': { source: '(cb) => { Deno.stdout.close(); cb(null, 1) }', kinds: ['crashed'] },
  'fills the heap': {
    source: '(cb) => { const kept = []; for (;;) kept.push(new Array(1000).fill({ a: Math.random() })) }',
    kinds: ['out_of_memory'],
    limits: patient,
  },
  'fills the heap between events': {
    source:
      '(cb) => { const kept = []; setInterval(() => { for (let i = 0; i < 300; i++) kept.push(new Array(1000).fill(0).map(() => ({}))) }, 1) }',
    kinds: ['out_of_memory'],
    limits: patient,
  },
  'allocates buffers without end': {
    source: '(cb) => { const kept = []; for (;;) kept.push(Buffer.alloc(1 << 24, 1)) }',
    kinds: ['out_of_memory'],
    limits: patient,
  },
  'allocates one huge array buffer': {
    source: '(cb) => cb(null, new Uint8Array(3_000_000_000).fill(1).length)',
    kinds: ['out_of_memory'],
    limits: patient,
  },
  'grows WebAssembly memory': {
    source:
      '(cb) => { const m = new WebAssembly.Memory({ initial: 1 }); for (;;) { m.grow(1000); new Uint8Array(m.buffer).fill(1) } }',
    kinds: ['out_of_memory'],
    limits: patient,
  },
  'decompresses a zip bomb': {
    source: `(cb) => { const zlib = require('zlib'); let b = Buffer.alloc(60 << 20); b = zlib.gzipSync(b); const kept = []; for (;;) kept.push(zlib.gunzipSync(b)) }`,
    kinds: ['out_of_memory', 'failed', 'crashed'],
    limits: patient,
  },
  'starts threads without end': {
    source: `(cb) => { const { Worker } = require('worker_threads'); for (let i = 0; i < 64; i++) new Worker('for(;;);', { eval: true }) }`,
    kinds: ['out_of_memory', 'crashed'],
    limits: patient,
  },
  'opens a thousand sockets': {
    source: `(cb) => { let left = 1000; for (let i = 0; i < 1000; i++) require('net').connect(9, '127.0.0.1').on('error', () => { if (--left === 0) cb(new Error('all refused')) }) }`,
    kinds: ['failed'],
    limits: patient,
  },
  'removes the handlers that keep it alive': {
    source:
      '(cb) => { process.removeAllListeners("uncaughtException"); setTimeout(() => { throw new Error("out") }, 20) }',
    kinds: ['crashed', 'failed'],
  },
}
