import { spawn } from 'node:child_process'
import type { HardenedMode } from '../config/settings.ts'
import { killUnstarted, option_sets, type Bubblewrap } from './bubblewrap.ts'
import { SandboxMissing } from './deno-file.ts'
import { probeWrappers, versionCommand, type SpawnCommand, type Wrappers } from './spawn-command.ts'

/** How sandbox processes are isolated on this machine. */
export type Isolation = {
  wrappers: Wrappers
  /** Why bubblewrap does not isolate them, and what to do; undefined where it does or is not to. */
  not_hardened?: string
}

const trial_ms = 10_000
const rest_ms = 500
const install = 'Install the package bubblewrap (apt-get install bubblewrap, dnf install bubblewrap).'
const permit =
  'It needs unprivileged user namespaces: see sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns; in a container, the seccomp profile.'

type Ended = { status: number | null; stdout: string; stderr: string }

/** Runs a program to its end. Rejects when the machine cannot start a process now, or not in time. */
function run(command: Pick<SpawnCommand, 'file' | 'args' | 'env'>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, command.args, {
      cwd: '/',
      env: command.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const output = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
    let is_late = false
    const timer = setTimeout(() => {
      is_late = true
      child.kill('SIGKILL')
    }, trial_ms)
    let rest: NodeJS.Timeout | undefined
    child.once('exit', () => (rest = setTimeout(() => killUnstarted(child), rest_ms)))
    child.once('close', (status) => {
      clearTimeout(timer)
      clearTimeout(rest)
      // What is slow for a moment must not decide how scripts are isolated from then on.
      if (is_late) reject(new Error(`${command.file} did not end within ${trial_ms / 1000} s`))
      else resolve({ status, ...output })
    })
    child.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
  })
}

/** The libraries of a program, as the loader lists them (ld.so(8), LD_TRACE_LOADED_OBJECTS). */
async function librariesOf(file: string): Promise<string[]> {
  const { stdout } = await run({ file, args: [], env: { LD_TRACE_LOADED_OBJECTS: '1' } })
  return [...stdout.matchAll(/^\s*(?:\S+ => )?(\/\S+) \(0x/gm)].map(([, library = '']) => library)
}

/** Runs Deno in bubblewrap once. Returns the options that work on this machine, or the reason why none does and what to do. */
async function tryBubblewrap(deno_file: string, wrappers: Wrappers): Promise<Bubblewrap | string> {
  if (process.platform !== 'linux') return `Bubblewrap exists for Linux only; this is ${process.platform}.`
  if (!wrappers.shell) return 'There is no /bin/sh.'
  const libraries = await librariesOf(deno_file)
  let failure = ''
  for (const options of option_sets) {
    const bubblewrap = { options, libraries }
    const { status, stderr } = await run(versionCommand(deno_file, { ...wrappers, bubblewrap }))
    if (status === 0) return bubblewrap
    // The status of a shell or of nice(1) for a program that is not found.
    if (status === 127) return `Bubblewrap is not installed. ${install}`
    failure = stderr.trim().split('\n').at(-1) ?? ''
  }
  return `Bubblewrap does not work here (${failure}). ${permit}`
}

/**
 * Finds how processes can be isolated on this machine, by trying it.
 *
 * @throws {SandboxMissing} where bubblewrap is required and does not work
 * @throws Error when the machine cannot start a process now
 */
export async function probeIsolation(mode: HardenedMode, deno_file: string): Promise<Isolation> {
  const wrappers = await probeWrappers()
  if (mode === 'off') return { wrappers }
  const found = await tryBubblewrap(deno_file, wrappers)
  if (typeof found !== 'string') return { wrappers: { ...wrappers, bubblewrap: found } }
  if (mode === 'auto') return { wrappers, not_hardened: found }
  throw new SandboxMissing(`Action scripts cannot run as WHERRY_SANDBOX_HARDENED=required says. ${found}`)
}
