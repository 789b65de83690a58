/** What payloads aim at: a TCP server, unix sockets, files, this process. And a program with a script's permissions, to aim with. */
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import path from 'node:path'
import { denoFile } from '../../src/sandbox/deno-file.ts'
import { spawnCommand, type Wrappers } from '../../src/sandbox/spawn-command.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** The values that a payload's body sees. */
export type PayloadValues = { port: number; folder: string; socket_path: string; host_pid: number }

/** The targets, until they are closed. */
export type PayloadTargets = {
  values: PayloadValues
  /**
   * Runs `body`, which may await, without the runner: no JavaScript of ours restricts it. Answers `GOT` and its value, or `ERR` and its
   * error; nothing where the process was killed. `trusting`: Deno grants every permission, as if its checks had failed.
   */
  attempt(body: string, wrappers: Wrappers, trusting?: 'trusting'): Promise<string>
  /** What reached a target, one sentence each. */
  reached(): string[]
  close(): void
}

function listen(server: Server, where: string | number): Promise<void> {
  return new Promise((resolve) => {
    if (typeof where === 'string') server.listen(where, resolve)
    else server.listen(where, '127.0.0.1', resolve)
  })
}

const values_text = '{ port, folder, socket_path, host_pid }'

/** The program of an attempt. */
function programOf(body: string, values: PayloadValues): string {
  return `const say = (text) => { Deno.stdout.writeSync(new TextEncoder().encode(text)); Deno.exit(0) };
     for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (e) => say('ERR uncaught ' + e?.message));
     ${functionOf(body)}
     body(require, ${JSON.stringify(values)})
     .then((v) => 'GOT ' + (typeof v === 'string' ? v : JSON.stringify(v)), (e) => 'ERR ' + (e?.name ?? '') + ' ' + (e?.code ?? '') + ' ' + (e?.message ?? e))
     .then(say)`
}

/** A declaration of `body(require, values)`, in which the body's syntax errors are errors of the call. */
function functionOf(body: string): string {
  return `const body = new (Object.getPrototypeOf(async () => {}).constructor)('require', '${values_text}', ${JSON.stringify(body)});`
}

/** The body as an action script, whose argument is the values; its socket is that of its own process. */
export function scriptOf(body: string): string {
  return `(values, cb) => { ${functionOf(body)}
    body(require, { ...values, socket_path: process.argv[3] }).then((v) => cb(null, typeof v === 'string' ? v : JSON.stringify(v)), cb) }`
}

export async function openPayloadTargets(): Promise<PayloadTargets> {
  const folder = tempFolder('payloads')
  const socket_folder = path.join(folder, 'own')
  const socket_path = path.join(socket_folder, 's')
  const program = path.join(folder, 'program.cjs')
  mkdirSync(socket_folder)
  mkdirSync(path.join(folder, 'node_modules'))
  writeFileSync(path.join(folder, 'node_modules', 'secret.js'), 'module.exports = "secret"')
  const counts = { connections: 0, signals: 0 }
  const broker = createServer((socket) => socket.end('broker'))
  const other = createServer((socket) => socket.end('secret'))
  const tcp = createServer((socket) => {
    counts.connections += 1
    socket.end('secret')
  })
  await listen(broker, socket_path)
  await listen(other, path.join(folder, 'other.sock'))
  await listen(tcp, 0)
  chmodSync(socket_folder, 0o500)
  const onSignal = () => {
    counts.signals += 1
  }
  for (const signal of ['SIGUSR1', 'SIGTERM'] as const) process.on(signal, onSignal)
  const values = { port: (tcp.address() as AddressInfo).port, folder, socket_path, host_pid: process.pid }

  async function attempt(body: string, wrappers: Wrappers, trusting?: 'trusting'): Promise<string> {
    writeFileSync(program, programOf(body, values))
    const memory_bytes = 256 * 1024 * 1024
    const plan = {
      deno_file: denoFile(),
      socket_path,
      memory_bytes,
      open_files: 256,
      wrappers,
      cpu: undefined,
      program,
    }
    const command = spawnCommand(plan)
    const args = trusting
      ? command.args
          .filter((arg) => !/^--(?:allow|deny|ignore)-/.test(arg))
          .flatMap((arg) => (arg === 'run' ? ['run', '-A'] : [arg]))
      : command.args
    const child = spawn(command.file, args, { cwd: '/', env: command.env, stdio: ['ignore', 'pipe', 'pipe'] })
    const killer = setTimeout(() => child.kill('SIGKILL'), 15_000)
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.stderr.resume()
    await new Promise((resolve) => child.once('close', resolve))
    clearTimeout(killer)
    return text
  }

  function reached(): string[] {
    const files = readdirSync(folder).filter(
      (name) => !['node_modules', 'other.sock', 'own', 'program.cjs'].includes(name),
    )
    const beside_socket = readdirSync(socket_folder).filter((name) => name !== 's')
    return [
      ...(counts.connections > 0 ? [`${counts.connections} connections reached the TCP server`] : []),
      ...(counts.signals > 0 ? [`${counts.signals} signals reached this process`] : []),
      ...[...files, ...beside_socket].map((name) => `the file ${name} was written`),
    ]
  }

  return {
    values,
    attempt,
    reached,
    close() {
      for (const signal of ['SIGUSR1', 'SIGTERM'] as const) process.off(signal, onSignal)
      for (const server of [broker, other, tcp]) server.close()
      chmodSync(socket_folder, 0o700)
    },
  }
}
