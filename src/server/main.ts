// The main module; `bin/wherry.cjs` imports it.
import { runCommandLine } from './command-line.ts'

// Without a handler, SIGUSR1 opens Node's inspector. The handler is set before any action script can run.
process.on('SIGUSR1', () => undefined)

// Where `bin/wherry.cjs` runs this program in a child process, the channel closes when its own process ends.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()

process.exitCode = await runCommandLine()
