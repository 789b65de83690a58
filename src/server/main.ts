// The program. It loads everything else after it has switched on the cache of compiled code, which halves a start.
import { enableCompileCache, flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// A script that could signal this process must not open its inspector.
process.on('SIGUSR1', () => undefined)

// Beside our own code, where nobody writes who could not change the code itself; where we cannot write either, it stays off.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/wherry', import.meta.url)))
const { runCommandLine } = await import('./command-line.ts')
// What ends by a kill leaves its cache as well.
setTimeout(flushCompileCache, 10_000).unref()

process.exitCode = await runCommandLine()
