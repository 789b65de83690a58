// Runs the demo in a process group and a temporary folder of its own.
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { tempFolder } from '../support/temp-folder.ts'

const main = resolve(import.meta.dirname, '../../demo/main.ts')

/** A running demo. */
export type DemoRun = {
  /** The output so far. */
  output(): string
  errors(): string
  /** Resolves when the output contains the text, or the demo has ended. */
  printed(text: string): Promise<void>
  type(line: string): void
  interrupt(signal: NodeJS.Signals): void
  ended: Promise<number | NodeJS.Signals | null>
  /** The processes and files that remain after the end. */
  leftovers(): Promise<string[]>
}

/** Starts the demo without a terminal. Its process group is killed at the end of the test. */
export function runDemo(context: TestContext, ...args: string[]): DemoRun {
  const folder = tempFolder('demo')
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  const { pid } = child
  if (pid === undefined) throw new Error('The demo could not be started')
  let output = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  let has_ended = false
  const ended = new Promise<number | NodeJS.Signals | null>((settle) => {
    child.once('close', (status, signal) => {
      has_ended = true
      settle(status ?? signal)
    })
  })
  const groupIsAlive = (): boolean => {
    try {
      process.kill(-pid, 0)
      return true
    } catch {
      return false
    }
  }
  context.after(() => {
    if (groupIsAlive()) process.kill(-pid, 'SIGKILL')
  })
  return {
    output: () => output,
    errors: () => errors,
    async printed(text) {
      while (!output.includes(text) && !has_ended) await sleep(20)
    },
    type: (line) => void child.stdin.write(`${line}\n`),
    interrupt: (signal) => void child.kill(signal),
    ended,
    async leftovers() {
      // A killed process is gone as soon as the system has reaped it.
      for (const until = Date.now() + 2000; groupIsAlive() && Date.now() < until;) await sleep(20)
      return [...(groupIsAlive() ? ['a process'] : []), ...readdirSync(folder)]
    },
  }
}
