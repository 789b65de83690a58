// Commands reach a running server by a Unix socket in its data directory, which only the server's user can open.
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { ProcessLog } from '../base/process-log.ts'
import { Refusal } from '../contract/refusal.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'
import { sendCommand, socketPath, type CommandAnswer, type CommandRequest, type SentAnswer } from './command-client.ts'
import type { CommandDeps } from './command-deps.ts'
import type { CommandOutput } from './command-options.ts'
import { readFirstLine } from './command-stream.ts'
import type { StoreCommand } from './store-command.ts'
import { storeCommands } from './store-commands.ts'

// A draft has up to 100,000 characters.
const request_max_bytes = 1_048_576

async function runCommand(
  deps: CommandDeps,
  { name, options }: CommandRequest,
  upload: AsyncIterable<Uint8Array>,
): Promise<CommandAnswer> {
  try {
    const known: Record<string, StoreCommand> = storeCommands
    const prepare = Object.hasOwn(known, name) ? known[name] : undefined
    if (!prepare) return { refused: `The running server has no command "${name}": it is of another version.` }
    return { output: await prepare(options)(deps, () => upload) }
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message }
    throw error
  }
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

async function* linesToSend(follow: NonNullable<CommandOutput['follow']>, response: ServerResponse) {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  for await (const text of follow(gone.signal)) yield `${JSON.stringify(text)}\n`
}

/** Sends an answer, and what follows it. */
async function sendAnswer(response: ServerResponse, answer: CommandAnswer): Promise<void> {
  response.setHeader('content-type', 'application/x-ndjson')
  const sendFirst = (first: SentAnswer): string => `${JSON.stringify(first)}\n`
  if ('refused' in answer) return void response.end(sendFirst(answer))
  const { follow, content, ...output } = answer.output
  if (follow) {
    response.write(sendFirst({ output, followed_by: 'texts' }))
    await pipeline(linesToSend(follow, response), response)
  } else if (content) {
    response.write(sendFirst({ output, followed_by: 'content' }))
    await pipeline(content, response)
  } else response.end(sendFirst({ output }))
}

const isClientGone = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ECONNRESET')

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
  // A file may take long to send.
  const server = createServer({ requestTimeout: 0 }, (incoming, response) => {
    const respond = async (): Promise<void> => {
      const { line, rest, drain } = await readFirstLine(incoming, request_max_bytes)
      const answer = await runCommand(deps, JSON.parse(line) as CommandRequest, rest)
      // A client reads the answer when it has sent the whole file.
      await drain()
      await sendAnswer(response, answer)
    }
    respond().catch((error: unknown) => {
      if (isClientGone(error)) return
      deps.log.error({ err: error }, 'a command failed')
      if (response.headersSent) response.destroy()
      else response.writeHead(error instanceof StoreUnavailable ? 503 : 500).end()
    })
  })
  try {
    // With PostgreSQL two servers may have one directory: the first one gets the commands.
    if ((await sendCommand(data_dir, { name: '', options: {} }).catch(() => undefined)) !== undefined) {
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
