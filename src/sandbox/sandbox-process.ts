/**
 * One sandbox process: starts it with its egress broker, passes lines both ways, ends it when it writes too much,
 * and says once why it ended. It knows nothing of calls.
 */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { openEgressBroker, type EgressBroker, type EgressVerdict } from './egress-broker.ts'
import type { EgressGuards } from './egress-policy.ts'
import type { EgressFailure, EgressPolicy } from './egress-types.ts'
import type { HostResolver } from './host-resolver.ts'
import { process_bounds, type ScriptLimits } from './limits.ts'
import { readLine, splitLines, type LineFromProcess, type LineToProcess } from './line-protocol.ts'
import { spawnLine, type Wrappers } from './spawn-line.ts'

/** Why a process ended; `culprit` is the call that ended it, when that is known. */
export type EndCause = {
  kind: 'exited' | 'unresponsive' | 'out_of_memory' | 'flooded' | 'not_started' | 'stopped'
  reason: string
  culprit?: string
}

export type SandboxProcess = {
  pid: number
  send(line: LineToProcess): void
  /** SIGKILL; the first cause counts. */
  end(cause: EndCause): void
}

export type ProcessOptions = {
  unit: string
  socket_path: string
  deno_file: string
  wrappers: Wrappers
  policy: EgressPolicy
  limits: ScriptLimits
  guards: () => Promise<EgressGuards>
  resolver: HostResolver
  onLine(line: LineFromProcess): void
  onEgressFailure(failure: EgressFailure, call_id: string): void
  onEnd(cause: EndCause): void
}

const tail_bytes = 2_048
const memory_words = /out of memory|allocation failed|cannot allocate|memory allocation|V8 process OOM/i

/** Starts a process; `onEnd` follows in any case, after the last line. */
export async function startSandboxProcess(options: ProcessOptions): Promise<SandboxProcess> {
  const broker: EgressBroker = await openEgressBroker({ ...options, onVerdict: (verdict) => sendVerdict(verdict), onFailure: options.onEgressFailure })
  const line = spawnLine({
    deno_file: options.deno_file,
    socket_path: options.socket_path,
    memory_bytes: options.limits.memory_bytes,
    open_files: process_bounds.open_files,
    wrappers: options.wrappers,
  })
  const child = spawn(line.file, line.args, { cwd: '/', env: line.env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
  let cause: EndCause | undefined
  let ended = false
  let stderr_tail = ''
  let window = { from: Date.now(), bytes: 0 }

  function end(given: EndCause) {
    cause ??= given
    child.kill('SIGKILL')
  }

  function send(message: LineToProcess) {
    if (!ended && child.stdin.writable) child.stdin.write(`${JSON.stringify(message)}\n`)
  }

  function sendVerdict(verdict: EgressVerdict) {
    send({ t: 'egress', ...verdict })
  }

  function flood(reason: string) {
    end({ kind: 'flooded', reason })
    child.stdout.destroy()
    child.stderr.destroy()
  }

  /** Answers are bounded on their own; everything else a process writes is counted here. */
  function count(bytes: number) {
    const now = Date.now()
    if (now - window.from > process_bounds.output_window_ms) window = { from: now, bytes: 0 }
    window.bytes += bytes
    if (window.bytes > options.limits.output_bytes) flood(`it wrote more than ${options.limits.output_bytes} bytes of output`)
  }

  const cap = options.limits.result_bytes + process_bounds.line_slack_bytes
  const read = splitLines(
    cap,
    (raw) => {
      const known = readLine(raw, process_bounds.log_text_bytes)
      if (known?.t !== 'answer') count(raw.length + 1)
      if (known && !ended) options.onLine(known)
    },
    () => flood(`it wrote a line of more than ${cap} bytes`),
  )
  child.stdout.on('data', read)
  child.stderr.on('data', (chunk: Buffer) => {
    stderr_tail = `${stderr_tail}${chunk.subarray(-tail_bytes).toString('latin1')}`.slice(-tail_bytes)
    count(chunk.length)
  })
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {})

  function finish(code: number | null, signal: NodeJS.Signals | null) {
    if (ended) return
    ended = true
    broker.close()
    rmSync(options.socket_path, { force: true })
    const memory = memory_words.test(stderr_tail)
    const how = signal === null ? `it ended itself with status ${code}` : `it ended by ${signal}`
    options.onEnd(cause ?? { kind: memory ? 'out_of_memory' : 'exited', reason: how })
  }
  child.once('error', () => {
    cause ??= { kind: 'not_started', reason: 'its program could not be started' }
    finish(null, null)
  })
  child.once('close', finish)
  // A pipe that something still holds open must not keep the end from being seen.
  child.once('exit', (code, signal) => setTimeout(() => finish(code, signal), 500).unref())
  return { pid: child.pid ?? -1, send, end }
}
