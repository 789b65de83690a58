// The program, which `bin/wherry.cjs` starts.
import { runCommandLine } from './command-line.ts'

// An action script that could signal this process must not open its inspector. Scripts run only after this line.
process.on('SIGUSR1', () => undefined)

process.exitCode = await runCommandLine()
