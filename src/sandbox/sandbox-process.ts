/**
 * One sandbox process: starts it with its egress broker, passes lines both ways, ends it when it writes too much,
 * and says once why it ended. It knows nothing of calls.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import path from 'node:path'
import { openEgressBroker, type EgressBroker, type EgressVerdict } from './egress-broker.ts'
import type { EgressGuards } from './egress-policy.ts'
import type { EgressFailure, EgressPolicy } from './egress-types.ts'
import type { HostResolver } from './host-resolver.ts'
import { process_bounds, type ScriptLimits } from './limits.ts'
import { readLine, splitLines, type LineFromProcess, type LineToProcess } from './line-protocol.ts'
import { removePrivateFolder } from './private-folder.ts'
import { spawnLine, type Wrappers } from './spawn-line.ts'

/** Why a process ended; `culprit` is the call that ended it, when that is known. */
export type EndCause = {
  kind: 'exited' | 'unresponsive' | 'out_of_memory' | 'flooded' | 'not_started' | 'stopped'
  reason: string
  culprit?: string
  /** The blame is no guess. */
  certain?: boolean
}

/** A running script process. */
export type SandboxProcess = {
  pid: number
  /** Connections through its broker that are open now. */
  connections(): number
  /** Connections that are still being opened. */
  unfinished(): EgressFailure[]
  send(line: LineToProcess): void
  /** SIGKILL; the first cause counts. */
  end(cause: EndCause): void
}

/** What a script process needs; limits, policy and guards have no default on purpose. */
export type ProcessOptions = {
  unit: string
  /** Private folder of the runtime; the process's own folder is made in it. */
  folder: string
  deno_file: string
  wrappers(): Promise<Wrappers>
  policy: EgressPolicy
  limits: ScriptLimits
  guards: () => Promise<EgressGuards>
  resolver: HostResolver
  /** True for a line that was waited for: it does not count as output. */
  onLine(line: LineFromProcess): boolean
  onEgressFailure(failure: EgressFailure, call_id: string): void
  onEnd(cause: EndCause): void
}

const tail_bytes = 2_048
const memory_words = /out of memory|allocation failed|cannot allocate|memory allocation|V8 process OOM/i

/** Scripts that compute must not keep the house from answering. */
function lowerPriority(pid: number | undefined) {
  if (pid === undefined) return
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // The process is gone already, or the system has no such thing.
  }
}

/** Starts a process; `onEnd` follows in any case, after the last line. */
export async function startSandboxProcess(options: ProcessOptions): Promise<SandboxProcess> {
  const wrappers = await options.wrappers()
  const folder = mkdtempSync(path.join(options.folder, 'p'))
  const socket_path = path.join(folder, 's')
  const broker: EgressBroker = await openEgressBroker({
    ...options,
    socket_path,
    onVerdict: (verdict) => sendVerdict(verdict),
    onFailure: options.onEgressFailure,
  })
  const line = spawnLine({
    deno_file: options.deno_file,
    socket_path,
    memory_bytes: options.limits.memory_bytes,
    open_files: process_bounds.open_files,
    wrappers,
  })
  const child = spawn(line.file, line.args, {
    cwd: '/',
    env: line.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  lowerPriority(child.pid)
  let cause: EndCause | undefined
  let ended = false
  let stderr_tail = ''
  let window = { from: Date.now(), bytes: 0, strays: 0 }

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

  /** Counts what was written in the window; false when it was too much. */
  function count(bytes: number, strays = 0): boolean {
    const now = Date.now()
    if (now - window.from > process_bounds.output_window_ms) window = { from: now, bytes: 0, strays: 0 }
    window.bytes += bytes
    window.strays += strays
    if (window.bytes > options.limits.output_bytes)
      flood(`it wrote more than ${options.limits.output_bytes} bytes of output`)
    if (window.strays > process_bounds.stray_lines)
      flood(`it wrote more than ${process_bounds.stray_lines} lines of its own to its output`)
    return cause?.kind !== 'flooded'
  }

  const cap = options.limits.result_bytes + process_bounds.line_slack_bytes
  const read = splitLines(
    cap,
    (raw) => {
      const known = readLine(raw, process_bounds.log_text_bytes)
      // Answers that were waited for are bounded on their own.
      const wanted = known !== undefined && !ended && options.onLine(known)
      return count(wanted ? 0 : raw.length + 1, known === undefined ? 1 : 0)
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
    removePrivateFolder(folder)
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
  child.once('exit', (code, signal) => setTimeout(() => finish(code, signal), 2_000).unref())
  return { pid: child.pid ?? -1, connections: broker.connections, unfinished: broker.unfinished, send, end }
}
