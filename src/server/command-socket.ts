// Commands reach a running server by a Unix socket in its data directory, which only the server's user can open.
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, request, type IncomingMessage } from 'node:http'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { ProcessLog } from '../base/process-log.ts'
import { Refusal } from '../contract/refusal.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'
import type { CommandDeps } from './command-deps.ts'
import type { CommandOptions, CommandOutput } from './command-options.ts'
import { storeCommands, type StoreCommand } from './store-commands.ts'

/** A command for a running server. */
export type CommandRequest = { name: string; options: CommandOptions }

/** The running server could not run a command. */
export class CommandFailed extends Error {}

type CommandAnswer = { output: CommandOutput } | { refused: string }
/** The first line of a response. `follows`: each further line is a text that the command prints later. */
type SentAnswer = CommandAnswer | { output: CommandOutput; follows: true }

// A draft has up to 100,000 characters.
const request_max_bytes = 1_048_576
const answer_within_ms = 60_000
// No server, an old socket, or a path that is too long for one.
const nobody_listens = new Set(['ENOENT', 'ENOTDIR', 'ECONNREFUSED', 'EINVAL', 'ENAMETOOLONG'])

/** The path of the socket, relative where that is shorter: the operating system limits it to about 100 characters. */
function socketPath(data_dir: string): string {
  const absolute = path.join(data_dir, 'commands.sock')
  const relative = path.relative(process.cwd(), absolute)
  return relative.length < absolute.length ? relative : absolute
}

async function runCommand(deps: CommandDeps, { name, options }: CommandRequest): Promise<CommandAnswer> {
  try {
    const known: Record<string, StoreCommand> = storeCommands
    const prepare = Object.hasOwn(known, name) ? known[name] : undefined
    if (!prepare) return { refused: `The running server has no command "${name}": it is of another version.` }
    return { output: await prepare(options)(deps) }
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message }
    throw error
  }
}

/** Sends a request to the server of a data directory. Undefined where none listens. */
async function send(data_dir: string, body: string): Promise<CommandAnswer | undefined> {
  const late = new AbortController()
  const { signal } = late
  const timer = setTimeout(() => late.abort(), answer_within_ms)
  const sent = request({ socketPath: socketPath(data_dir), method: 'POST', path: '/', agent: false, signal })
  sent.end(body)
  try {
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    if (response.statusCode === 503)
      throw new CommandFailed('The running server cannot reach its store right now. Try again in a moment.')
    if (response.statusCode !== 200)
      throw new CommandFailed('The running server failed at this command; its log has the reason.')
    const lines = createInterface({ input: response })[Symbol.asyncIterator]()
    const first = await lines.next()
    const answer = JSON.parse(String(first.value)) as SentAnswer
    return 'follows' in answer ? { output: { ...answer.output, follow: () => textsOf(response, lines) } } : answer
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (nobody_listens.has(code)) return undefined
    throw error
  } finally {
    clearTimeout(timer)
  }
}

async function* textsOf(response: IncomingMessage, lines: AsyncIterator<string>): AsyncGenerator<string> {
  // A connection that is lost is an error of the response, which its reader throws.
  const nextLine = (): Promise<IteratorResult<string>> => lines.next().catch(() => ({ done: true, value: undefined }))
  for (let next = await nextLine(); next.done !== true; next = await nextLine()) {
    yield JSON.parse(next.value) as string
  }
  if (!response.complete)
    throw new CommandFailed('The running server ended the command: it stopped, or its log has the reason.')
}

/**
 * Runs a command in the server that uses a data directory. Undefined where no server runs.
 *
 * @throws {Refusal} of the command
 */
export async function runOnServer(data_dir: string, command: CommandRequest): Promise<CommandOutput | undefined> {
  const answer = await send(data_dir, JSON.stringify(command))
  if (answer && 'refused' in answer) throw new Refusal('invalid_request', { message: answer.refused })
  return answer?.output
}

/** Creates the socket with permissions for its owner only: binding is synchronous, and uses the mask of this moment. */
function bindPrivately(bind: () => void): void {
  const mask = process.umask(0o177)
  try {
    bind()
  } finally {
    process.umask(mask)
  }
}

/**
 * Listens for commands in a data directory. Where that is impossible, a warning is logged, and commands do not reach this server.
 *
 * @returns closes the socket and removes it
 */
export async function listenForCommands(
  deps: CommandDeps & { log: ProcessLog },
  data_dir: string,
): Promise<() => Promise<void>> {
  const file = socketPath(data_dir)
  const server = createServer((incoming, response) => {
    const respond = async (): Promise<void> => {
      let text = ''
      for await (const chunk of incoming) {
        text += String(chunk)
        if (text.length > request_max_bytes) throw new Error('The command is too long.')
      }
      const answer = await runCommand(deps, JSON.parse(text) as CommandRequest)
      response.setHeader('content-type', 'application/x-ndjson')
      const follow = 'output' in answer ? answer.output.follow : undefined
      if (!follow) return void response.end(JSON.stringify(answer))
      response.write(`${JSON.stringify({ ...answer, follows: true })}\n`)
      const gone = new AbortController()
      response.once('close', () => gone.abort())
      for await (const text of follow(gone.signal)) {
        if (!response.write(`${JSON.stringify(text)}\n`)) await once(response, 'drain', { signal: gone.signal })
      }
      response.end()
    }
    respond().catch((error: unknown) => {
      if (response.destroyed) return
      deps.log.error({ err: error }, 'a command failed')
      if (response.headersSent) response.destroy()
      else response.writeHead(error instanceof StoreUnavailable ? 503 : 500).end()
    })
  })
  try {
    // With PostgreSQL two servers may have one directory: the first one gets the commands.
    if ((await send(data_dir, '{"name":"","options":{}}').catch(() => undefined)) !== undefined) {
      return () => Promise.resolve()
    }
    rmSync(file, { force: true })
    bindPrivately(() => server.listen(file))
    await once(server, 'listening')
  } catch (error) {
    deps.log.warn({ err: error }, 'commands cannot reach this server: no socket could be made in the data directory')
    return () => Promise.resolve()
  }
  return async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
}
