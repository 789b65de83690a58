import { writeSync } from 'node:fs'

/** An output of lines. */
export type LogOutput = {
  /** Writes a line, with its end. */
  write(line: string): void
  /** Writes the lines that wait, for at most a second. Gives up where the file cannot be written. */
  flush(): void
}

const waiting_max_bytes = 1024 * 1024
const retried_every_ms = 100
const flushed_within_ms = 1000
// The reader of a pipe has ended, or there is no output: no line can be written any more.
const final_codes = new Set(['EPIPE', 'EBADF', 'EINVAL', 'ENXIO'])

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

const droppedLine = (dropped_lines: number): string => {
  const time = new Date().toISOString()
  const msg = 'the process log could not be written, and lines of it were dropped'
  return `${JSON.stringify({ level: 40, time, dropped_lines, msg })}\n`
}

/**
 * Writes lines to a file descriptor, each at once and in order. While it cannot be written, as on a full disk or where the reader of a pipe is
 * slow, up to 1 MiB of lines wait, and are tried again with each further line and ten times a second. Lines beyond that are dropped, and a line says
 * afterwards how many. The caller never waits for it.
 */
export function createLogOutput(fd: number): LogOutput {
  let waiting: Buffer[] = []
  let waiting_bytes = 0
  let dropped = 0
  let is_closed = false
  let timer: NodeJS.Timeout | undefined

  /** Writes as much of a piece as is possible, and answers the rest of it and the error. */
  function writePiece(piece: Buffer): { rest: Buffer; code: string } {
    let rest = piece
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest))
      return { rest, code: '' }
    } catch (error) {
      const code = codeOf(error)
      is_closed = final_codes.has(code)
      return { rest, code }
    }
  }

  function keep(piece: Buffer): void {
    waiting.push(piece)
    waiting_bytes += piece.length
    timer ??= setInterval(writeWaiting, retried_every_ms).unref()
  }

  /** Writes the lines that wait. Answers the error where some still do. */
  function writeWaiting(): string {
    while (!is_closed) {
      const [first] = waiting
      if (first === undefined) {
        clearInterval(timer)
        timer = undefined
        if (dropped === 0) return ''
        keep(Buffer.from(droppedLine(dropped)))
        dropped = 0
        continue
      }
      const { rest, code } = writePiece(first)
      waiting_bytes -= first.length - rest.length
      if (rest.length > 0) {
        waiting[0] = rest
        if (!is_closed) return code
      } else waiting.shift()
    }
    waiting = []
    waiting_bytes = 0
    clearInterval(timer)
    return ''
  }

  return {
    write(line) {
      if (is_closed) return
      const piece = Buffer.from(line)
      if (waiting.length > 0) writeWaiting()
      if (waiting.length === 0) {
        const { rest } = writePiece(piece)
        if (rest.length > 0 && !is_closed) keep(rest)
      } else if (dropped > 0 || waiting_bytes + piece.length > waiting_max_bytes) dropped += 1
      else keep(piece)
    },
    flush() {
      const until = performance.now() + flushed_within_ms
      while (writeWaiting() === 'EAGAIN' && performance.now() < until) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
      }
    },
  }
}

const outputs = new Map<number, LogOutput>()

/** The output of this process on a file descriptor, of which there is one. Lines that wait are written when the process exits. */
export function logOutputTo(fd: number): LogOutput {
  const opened = outputs.get(fd)
  if (opened) return opened
  const output = createLogOutput(fd)
  outputs.set(fd, output)
  process.once('exit', () => output.flush())
  return output
}
