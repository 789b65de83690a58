import { once } from 'node:events'
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Refusal } from '../contract/refusal.ts'
import type { CommandOptions, CommandOutput } from './command-options.ts'
import { linesOf, readFirstLine } from './command-stream.ts'
import type { Upload } from './store-command.ts'

/** A command for a running server. */
export type CommandRequest = { name: string; options: CommandOptions }

/** The running server could not run a command. */
export class CommandFailed extends Error {}

/** The answer of a command. */
export type CommandAnswer = { output: CommandOutput } | { refused: string }
/**
 * The first line of a response. `followed_by`: what follows it. `texts`: each line is a JSON text that the command prints later; `content`: the
 * bytes of a file.
 */
export type SentAnswer = { output: CommandOutput; followed_by?: 'texts' | 'content' } | { refused: string }

// The longest answer of a command, before what it follows or sends as a file.
const answer_max_bytes = 64 * 1_048_576
const answer_within_ms = 60_000
// No server, an old socket, or a path that is too long for one.
const nobody_listens = new Set(['ENOENT', 'ENOTDIR', 'ECONNREFUSED', 'EINVAL', 'ENAMETOOLONG'])

/** The path of the socket, relative where that is shorter: the operating system limits it to about 100 characters. */
export function socketPath(data_dir: string): string {
  const absolute = path.join(data_dir, 'commands.sock')
  const relative = path.relative(process.cwd(), absolute)
  return relative.length < absolute.length ? relative : absolute
}

/** Waits for the connection of a request. @throws the error of connecting */
async function connected(sent: ClientRequest): Promise<void> {
  sent.flushHeaders()
  const [socket] = (await once(sent, 'socket')) as [NonNullable<ClientRequest['socket']>]
  if (socket.connecting) await once(socket, 'connect')
}

/** The body of a request: the command, and the content of a file. */
async function* bodyOf(command: CommandRequest, upload: Upload | undefined): AsyncGenerator<string | Uint8Array> {
  yield `${JSON.stringify(command)}\n`
  if (upload) yield* upload()
}

async function readAnswer(response: IncomingMessage): Promise<CommandAnswer> {
  if (response.statusCode === 503)
    throw new CommandFailed('The running server cannot reach its store right now. Try again in a moment.')
  if (response.statusCode !== 200)
    throw new CommandFailed('The running server failed at this command; its log has the reason.')
  const { line, rest } = await readFirstLine(response, answer_max_bytes)
  const answer = JSON.parse(line) as SentAnswer
  if ('refused' in answer || answer.followed_by === undefined) return answer
  const follow = (signal: AbortSignal) => textsOf(untilComplete(response, rest, signal))
  return {
    output: {
      ...answer.output,
      ...(answer.followed_by === 'texts' ? { follow } : { content: untilComplete(response, rest) }),
    },
  }
}

/** Sends a command to the server of a data directory. Undefined where none listens. @throws {CommandFailed} where the server fails or stops */
export async function sendCommand(
  data_dir: string,
  command: CommandRequest,
  upload?: Upload,
): Promise<CommandAnswer | undefined> {
  const late = new AbortController()
  const sent = request({
    socketPath: socketPath(data_dir),
    method: 'POST',
    path: '/',
    agent: false,
    signal: late.signal,
  })
  const responded = once(sent, 'response') as Promise<[IncomingMessage]>
  // It is awaited below, unless the connection fails before.
  responded.catch(() => undefined)
  let timer: NodeJS.Timeout | undefined
  try {
    await connected(sent)
    await pipeline(bodyOf(command, upload), sent)
    timer = setTimeout(() => late.abort(), answer_within_ms)
    const [response] = await responded
    return await readAnswer(response)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (nobody_listens.has(code)) return undefined
    if (code === 'ECONNRESET' || code === 'EPIPE') {
      const message =
        'The connection to the server was lost before its answer, as when it stops. A job that the command began goes on when a server runs again: see `jobs list`.'
      throw new CommandFailed(message, { cause: error })
    }
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** The bytes of a response, up to its end or the signal. @throws {CommandFailed} where the server ended it before its end */
async function* untilComplete(
  response: IncomingMessage,
  bytes: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  signal?.addEventListener('abort', () => response.destroy(), { once: true })
  let cause: unknown
  try {
    yield* bytes
  } catch (error) {
    cause = error
  }
  if (response.complete || signal?.aborted === true) return
  throw new CommandFailed('The running server ended the command: it stopped, or its log has the reason.', { cause })
}

async function* textsOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const line of linesOf(bytes)) yield JSON.parse(line) as string
}

/**
 * Runs a command in the server that uses a data directory, with a file that the command reads. Undefined where no server runs: then the file
 * is not opened.
 *
 * @throws {Refusal} of the command
 */
export async function runOnServer(
  data_dir: string,
  command: CommandRequest,
  upload?: Upload,
): Promise<CommandOutput | undefined> {
  const answer = await sendCommand(data_dir, command, upload)
  if (answer && 'refused' in answer) throw new Refusal('invalid_request', { message: answer.refused })
  return answer?.output
}
