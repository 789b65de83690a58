import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import path from 'node:path'
import { bubblewrapPrefix, type Bubblewrap } from './bubblewrap.ts'
import { openCores } from './cores.ts'

/** The folder of the runner, its shims and the modules that scripts may require. */
export const runtime_folder = fileURLToPath(new URL('../../sandbox-runtime/', import.meta.url))
/** The code of the module `legacy-passwords`, which is part of the server: TypeScript in a checkout, JavaScript in the package. */
export const formats_folder = fileURLToPath(new URL('../passwords/formats/', import.meta.url))
const runner_file = path.join(runtime_folder, 'runner', 'main.cjs')

const deno_overhead_bytes = 600 * 1024 * 1024

/** A program with its arguments and its whole environment. */
export type SpawnCommand = {
  file: string
  args: string[]
  env: Record<string, string>
  /** Bubblewrap starts the sandbox process and waits for it; else the command becomes that process. */
  in_bubblewrap: boolean
}

/** The programs of this machine that restrict a process further. */
export type Wrappers = {
  /** A POSIX shell that can set resource limits. */
  shell: boolean
  /** `setpriv` with the options that work here, or empty. */
  setpriv: string[]
  /** `taskset`, which binds a process to a core. */
  taskset: boolean
  /** Bubblewrap, where processes are to run in namespaces of their own. */
  bubblewrap?: Bubblewrap
}

/** Whether a program exists and accepts these options. Rejects when the machine is out of processes, memory or files. */
function isSupported(program: string, options: string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...options, 'true'], { stdio: 'ignore' })
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'EACCES') resolve(false)
      else reject(error)
    })
    child.once('exit', (status, signal) => {
      if (status === null) reject(new Error(`${program} was ended by ${signal}`))
      else resolve(status === 0)
    })
  })
}

/** Finds the wrappers that work on this machine, by running them. @throws Error when it cannot start a process now */
export async function probeWrappers(): Promise<Wrappers> {
  if (process.platform === 'win32') return { shell: false, setpriv: [], taskset: false }
  const basic = ['--no-new-privs', '--pdeathsig', 'KILL']
  const capless = [...basic, '--inh-caps=-all', '--bounding-set=-all']
  const [is_capless, is_basic, taskset] = await Promise.all([
    isSupported('setpriv', capless),
    isSupported('setpriv', basic),
    isSupported('taskset', ['-c', String(openCores().of('') ?? 0)]),
  ])
  const allowed = is_capless ? capless : is_basic ? basic : undefined
  const setpriv = allowed === undefined ? [] : ['setpriv', ...allowed]
  return { shell: existsSync('/bin/sh'), setpriv, taskset }
}

/** Input for the command of a sandbox process. */
export type SpawnPlan = {
  deno_file: string
  socket_path: string
  /** A certificate that the process trusts besides those of public authorities. */
  certificate_file?: string | undefined
  memory_bytes: number
  open_files: number
  wrappers: Wrappers
  /** The core that it runs on; any where undefined. */
  cpu: number | undefined
  /** Another program than the runner, with the same permissions. */
  program?: string
}

const environment = {
  NO_COLOR: '1',
  DENO_NO_UPDATE_CHECK: '1',
  DENO_DIR: '/dev/null/deno',
  TZ: 'UTC',
  // Where this process finds the programs that it tries, the started one does, too.
  PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
}

type WrapPlan = Omit<SpawnPlan, 'socket_path' | 'certificate_file' | 'program'> & { readable: string[] }

/** Wraps a command of Deno: resource limits, its core, no new privileges, bubblewrap. */
function wrap({ wrappers, deno_file, readable, ...plan }: WrapPlan, args: string[]): SpawnCommand {
  if (!wrappers.shell) return { file: deno_file, args, env: environment, in_bubblewrap: false }
  const { bubblewrap } = wrappers
  const taskset = wrappers.taskset && plan.cpu !== undefined ? ['taskset', '-c', String(plan.cpu)] : []
  // Bubblewrap does what setpriv does, and needs capabilities to begin where it is run by root.
  const confine = bubblewrap === undefined ? wrappers.setpriv : bubblewrapPrefix(bubblewrap, deno_file, readable)
  const command = [...taskset, ...confine, deno_file, ...args]
  const data_kib = Math.floor((plan.memory_bytes + deno_overhead_bytes) / 1024)
  const limits = [`ulimit -d ${data_kib}`, 'ulimit -c 0', `ulimit -n ${plan.open_files}`, 'ulimit -f 0']
  // When the machine runs out of memory, the kernel kills sandbox processes before the server.
  const raise_oom_score = 'echo 800 2>/dev/null >/proc/self/oom_score_adj'
  const script = `{ ${raise_oom_score}; } 2>/dev/null; ${limits.map((limit) => `${limit} 2>/dev/null`).join('; ')}; exec "$@"`
  const shell_args = ['-c', script, 'sh', ...command]
  return { file: '/bin/sh', args: shell_args, env: environment, in_bubblewrap: bubblewrap !== undefined }
}

/** The command by which Deno prints its version, wrapped like a sandbox process of 256 MiB. */
export function versionCommand(deno_file: string, wrappers: Wrappers): SpawnCommand {
  const memory_bytes = 256 * 1024 * 1024
  return wrap({ deno_file, wrappers, memory_bytes, open_files: 256, cpu: undefined, readable: [] }, ['--version'])
}

/**
 * Builds the command of a sandbox process: resource limits, its core, no new privileges, bubblewrap where it is to be used, then
 * Deno with no permission except to read its own files and to use one unix socket.
 */
export function spawnCommand(plan: SpawnPlan): SpawnCommand {
  const program = plan.program ?? runner_file
  const { certificate_file } = plan
  const old_space_mib = Math.max(32, Math.floor(plan.memory_bytes / 2 / 1024 / 1024))
  const readable = [
    runtime_folder,
    formats_folder,
    plan.socket_path,
    ...(plan.program === undefined ? [] : [plan.program]),
    ...(certificate_file === undefined ? [] : [certificate_file]),
  ]
  return wrap({ ...plan, readable }, [
    'run',
    '--no-prompt',
    '--no-remote',
    '--no-npm',
    '--cached-only',
    '--no-config',
    '--no-lock',
    '--node-modules-dir=manual',
    `--allow-read=${readable.join(',')}`,
    '--ignore-read',
    `--allow-write=${plan.socket_path}`,
    '--ignore-env',
    '--allow-sys=hostname,cpus,osRelease,uid,gid,username,homedir',
    '--deny-run',
    '--deny-ffi',
    '--deny-import',
    ...(certificate_file === undefined ? [] : [`--cert=${certificate_file}`]),
    `--allow-net=unix:${plan.socket_path}`,
    `--v8-flags=--max-old-space-size=${old_space_mib},--enable-experimental-regexp-engine-on-excessive-backtracks`,
    program,
    runtime_folder,
    plan.socket_path,
  ])
}
