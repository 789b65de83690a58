// The main module; `bin/wherry.cjs` imports it.
import { runCommandLine } from './command-line.ts'

// Without a handler, SIGUSR1 opens Node's inspector. The handler is set before any action script can run.
process.on('SIGUSR1', () => undefined)

process.exitCode = await runCommandLine()
