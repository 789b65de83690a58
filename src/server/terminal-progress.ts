import { performance } from 'node:perf_hooks'

const line_every_ms = 10_000

/** Progress on the standard error output: a line that is written anew in a terminal, else a line every ten seconds. */
export type TerminalProgress = { show(line: string): void; end(): void }

/** Creates the progress of one command. In a terminal each `show` replaces the line. */
export function createTerminalProgress(output: NodeJS.WriteStream = process.stderr): TerminalProgress {
  let shown_at = performance.now()
  let is_shown = false
  return {
    show(line) {
      if (output.isTTY) {
        output.write(`\r\u001b[K${line.slice(0, Math.max(20, output.columns - 1))}`)
        is_shown = true
      } else if (performance.now() - shown_at >= line_every_ms) {
        shown_at = performance.now()
        output.write(`${line}\n`)
      }
    },
    end() {
      if (is_shown) output.write('\r\u001b[K')
      is_shown = false
    },
  }
}

const again_after_ms = 1000

/** The user interrupted a command before it had begun its work. */
export class Interrupted extends Error {}

/** Interrupts (Ctrl-C) of a command. */
export type Interrupts = { signal: AbortSignal; release(): void }

/**
 * Handles interrupts until `release`: the first one aborts the signal, one that follows a second later ends the process. The launcher and npm
 * pass an interrupt on that the terminal has sent, too, so that one key press may come more than once.
 */
export function handleInterrupts(): Interrupts {
  const interrupted = new AbortController()
  let first_at: number | undefined
  const handle = (): void => {
    const now = performance.now()
    first_at ??= now
    if (now - first_at > again_after_ms) process.exit(interrupted_status)
    interrupted.abort()
  }
  process.on('SIGINT', handle)
  return { signal: interrupted.signal, release: () => void process.off('SIGINT', handle) }
}

/** The exit status after an interrupt: 128 and the number of the signal. */
export const interrupted_status = 130
