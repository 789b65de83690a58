// A command of the `wherry` program in the test's own process, which costs no start of another one.
import { Readable } from 'node:stream'
import { mock } from 'node:test'
import { runCommandLine } from '../../src/server/command-line.ts'
import { standard_output } from '../../src/server/print-line.ts'
import type { CommandResult } from './server-process.ts'

/** Runs a command to its end with these settings, and `input` as its standard input. Run one at a time: it replaces the outputs. */
export async function runCommandHere(
  args: string[],
  { env = {}, input = '' }: { env?: Record<string, string>; input?: string } = {},
): Promise<CommandResult> {
  const printed = { log: '', error: '' }
  const print = (name: 'log' | 'error') => (text: unknown) => void (printed[name] += `${String(text)}\n`)
  const mocks = [
    mock.method(standard_output, 'printLine', print('log')),
    ...(['log', 'error'] as const).map((name) => mock.method(console, name, print(name))),
  ]
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin')
  Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(input)]), configurable: true })
  try {
    const status = await runCommandLine(args, () => env)
    return { status, stdout: printed.log, stderr: printed.error }
  } finally {
    for (const each of mocks) each.mock.restore()
    if (stdin) Object.defineProperty(process, 'stdin', stdin)
  }
}
