import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import path from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { killUnstarted, programOf } from './bubblewrap.ts'
import { openEgressBroker, type EgressBroker, type EgressReply } from './egress-broker.ts'
import type { RestrictedTargets } from './egress-policy.ts'
import type { EgressFailure, EgressPolicy } from './egress-types.ts'
import type { HostResolver } from './host-resolver.ts'
import { process_bounds, type ScriptLimits } from './limits.ts'
import {
  readHead,
  readLine,
  splitLines,
  type LineFromProcess,
  type LineHead,
  type LineToProcess,
} from './line-protocol.ts'
import { openOutputBudget } from './output-budget.ts'
import { lowerPriority } from './priority.ts'
import { removePrivateFolder } from './private-folder.ts'
import type { ScriptEndpoint } from './script-endpoint.ts'
import { spawnCommand, type SpawnCommand, type Wrappers } from './spawn-command.ts'
import type { UnitKey } from './unit-key.ts'

/** Why a process exited. */
export type ExitCause = {
  kind: 'exited' | 'unresponsive' | 'out_of_memory' | 'output_limit' | 'not_started' | 'reclaimed' | 'stopped'
  reason: string
  /** Of one that was not started: it took longer than a start may. */
  timed_out?: true
  /** The call that made it exit, where it is known. */
  failing_call?: string
  /** `failing_call` was observed, not inferred. */
  certain?: boolean
}

/** The exits for which a script that runs is the cause. */
export const script_endings: ReadonlySet<ExitCause['kind']> = new Set([
  'exited',
  'unresponsive',
  'out_of_memory',
  'output_limit',
])

/** A running process with its egress broker. It knows nothing of calls. */
export type SandboxProcess = {
  /** Undefined until it is known. */
  pid(): number | undefined
  /** Open connections through its broker. */
  connections(): number
  /** Connections that a call is opening, as failures. */
  connecting(call_id: string): EgressFailure[]
  send(line: LineToProcess): void
  /** Sends SIGKILL; the first cause counts. */
  kill(cause: ExitCause): void
}

/** The dependencies of a process. Limits, policy and restricted targets have no default on purpose. */
export type ProcessOptions = {
  unit: UnitKey
  /** Private folder of the runtime; the process's own folder is created in it. */
  folder: string
  /** The core that it runs on; any where undefined. */
  cpu: number | undefined
  deno_file: string
  wrappers(): Promise<Wrappers>
  policy: EgressPolicy
  endpoint?: ScriptEndpoint | undefined
  limits: ScriptLimits
  restrictedTargets: () => Promise<RestrictedTargets>
  resolver: HostResolver
  /** The number of calls that it runs: each of them may add to its output. */
  pendingCount(): number
  /** Whether a line with this head is expected now. Other lines are counted, and not parsed. */
  isDue(head: LineHead): boolean
  onLine(line: LineFromProcess): void
  onEgressFailure(failure: EgressFailure, call_id: string): void
  onExit(cause: ExitCause): void
}

const stderr_tail_bytes = 2_048
const out_of_memory_text = /out of memory|allocation failed|cannot allocate|memory allocation|V8 process OOM/i

/** How a process ended. Bubblewrap passes a signal on as a status above 128. */
function describeExit(code: number | null, signal: NodeJS.Signals | null, from_bubblewrap: boolean): string {
  if (signal !== null) return `it ended by ${signal}`
  const [name] = Object.entries(constants.signals).find(([, number]) => from_bubblewrap && code === 128 + number) ?? []
  return name === undefined ? `it ended itself with status ${code}` : `it ended by ${name}`
}

/** Writes the certificate of an endpoint to the folder of the process, and returns its file. */
function writeCertificate(folder: string, endpoint: ScriptEndpoint | undefined): string | undefined {
  if (endpoint === undefined) return undefined
  const file = path.join(folder, 'certificate.pem')
  writeFileSync(file, endpoint.certificate, { mode: 0o400 })
  return file
}

/** Starts a program. @throws Error when the system cannot start one now, such as for want of memory or open files */
async function startProgram(command: SpawnCommand): Promise<ChildProcessByStdio<Writable, Readable, Readable>> {
  const child = spawn(command.file, command.args, {
    cwd: '/',
    env: command.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: command.in_bubblewrap,
    windowsHide: true,
  })
  // Without a process id the event comes next, and where files are short there are no pipes either.
  if (child.pid === undefined) throw (await once(child, 'error'))[0]
  return child
}

/**
 * Starts a process, and kills it when it writes too much. `onExit` is called once, after the last line.
 *
 * @throws Error when it cannot be started; then `onExit` is not called
 */
export async function startSandboxProcess(options: ProcessOptions): Promise<SandboxProcess> {
  const wrappers = await options.wrappers()
  const folder = mkdtempSync(path.join(options.folder, 'p'))
  const socket_path = path.join(folder, 's')
  const certificate_file = writeCertificate(folder, options.endpoint)
  const broker: EgressBroker = await openEgressBroker({
    ...options,
    socket_path,
    onConnection: () => count({ connections: 1 }),
    onVerdict: (verdict) => sendVerdict(verdict),
    onFailure: options.onEgressFailure,
  })
  const command = spawnCommand({
    deno_file: options.deno_file,
    socket_path,
    certificate_file,
    memory_bytes: options.limits.memory_bytes,
    open_files: process_bounds.open_files,
    wrappers,
    cpu: options.cpu,
  })
  const child = await startProgram(command).catch((error: unknown) => {
    broker.close()
    removePrivateFolder(folder)
    throw error
  })
  // The command of bubblewrap lowers its own: a second time would be nice 19, which gets next to nothing of a busy core.
  if (!command.in_bubblewrap) lowerPriority(child.pid)
  let cause: ExitCause | undefined
  let exited = false
  let has_written = false
  let stderr_tail = ''
  const budget = openOutputBudget(options.limits.output_bytes, options.pendingCount)

  let pid = command.in_bubblewrap ? undefined : child.pid
  function findPid(): number | undefined {
    if (!exited && child.pid !== undefined) pid ??= programOf(child.pid)
    return pid
  }

  function kill(given: ExitCause) {
    cause ??= given
    child.kill('SIGKILL')
  }

  function send(message: LineToProcess) {
    if (exited || !child.stdin.writable) return
    if (message.t === 'call') budget.onCall()
    child.stdin.write(`${JSON.stringify(message)}\n`)
    if (child.stdin.writableLength > process_bounds.unread_bytes)
      kill({ kind: 'unresponsive', reason: 'it did not read its input' })
  }

  function sendVerdict(verdict: EgressReply) {
    send({ t: 'egress', ...verdict })
  }

  function exceedOutput(reason: string) {
    kill({ kind: 'output_limit', reason })
    child.stdout.destroy()
    child.stderr.destroy()
  }

  /** Counts what the process does; false when it is too much. */
  function count(done: Parameters<typeof budget.count>[0]): boolean {
    const exceeded = budget.count(done)
    if (exceeded !== undefined) exceedOutput(exceeded)
    return cause?.kind !== 'output_limit'
  }

  function onRawLine(raw: string): boolean {
    has_written = true
    if (exited || !count({ bytes: raw.length + 1, lines: 1 })) return false
    const head = readHead(raw)
    const too_long = head?.t !== 'answer' && raw.length > process_bounds.short_line_length
    if (head === undefined || too_long || !options.isDue(head)) return true
    const line = readLine(raw, process_bounds.log_text_length)
    if (line !== undefined) options.onLine(line)
    return true
  }

  const cap = options.limits.result_bytes + process_bounds.line_slack_bytes
  const read = splitLines(cap, onRawLine, () => exceedOutput(`it wrote a line of more than ${cap} bytes`))
  child.stdout.on('data', read)
  child.stderr.on('data', (chunk: Buffer) => {
    stderr_tail = `${stderr_tail}${chunk.subarray(-stderr_tail_bytes).toString('latin1')}`.slice(-stderr_tail_bytes)
    count({ bytes: chunk.length })
  })
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {})

  function finish(code: number | null, signal: NodeJS.Signals | null) {
    if (exited) return
    exited = true
    broker.close()
    removePrivateFolder(folder)
    options.onExit(cause ?? causeOfExit(describeExit(code, signal, command.in_bubblewrap)))
  }

  /** Why it ended by itself. Before its first line no script has run: it, or what starts it, does not work here. */
  function causeOfExit(reason: string): ExitCause {
    const [last = ''] = stderr_tail.trim().split('\n').slice(-1)
    if (!has_written) return { kind: 'not_started', reason: last === '' ? reason : `${reason}: ${last}` }
    return { kind: out_of_memory_text.test(stderr_tail) ? 'out_of_memory' : 'exited', reason }
  }
  child.once('error', () => finish(null, null))
  child.once('close', finish)
  // 'close' does not come while another process holds one of the pipes open.
  child.once('exit', (code, signal) => {
    const rest = setTimeout(() => {
      if (command.in_bubblewrap) killUnstarted(child)
      finish(code, signal)
    }, 2_000)
    rest.unref()
    child.once('close', () => clearTimeout(rest))
  })
  return { pid: findPid, connections: broker.connections, connecting: broker.connecting, send, kill }
}
