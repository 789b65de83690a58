// The program, started by `bin/wherry.cjs`, which sees to it that everything below loads quickly.

// A script that could signal this process must not open its inspector.
process.on('SIGUSR1', () => undefined)

const { runCommandLine } = await import('./command-line.ts')

process.exitCode = await runCommandLine()
