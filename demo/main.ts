// `npm run demo`: starts a legacy store and Wherry, moves users with real logins, and checks each figure that it prints. It ends with
// status 1 when a check fails.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { DemoContext } from './demo-context.ts'
import { exampleCommands } from './example-commands.ts'
import { keepRunning } from './keep-running.ts'
import { createReport, type Report } from './report.ts'
import { concurrentLogins } from './steps/concurrent-logins.ts'
import { createConnection } from './steps/create-connection.ts'
import { finish } from './steps/finish.ts'
import { firstLogins } from './steps/first-logins.ts'
import { forgottenPassword } from './steps/forgotten-password.ts'
import { laterLogins } from './steps/later-logins.ts'
import { ledger } from './steps/ledger.ts'
import { outage } from './steps/outage.ts'
import { startServers, type StartedServers } from './steps/start-servers.ts'
import { wrongPassword } from './steps/wrong-password.ts'

const usage = `Usage: npm run demo [-- --once | --stay]

Shows how users move from a legacy store to Wherry, with two servers on this machine and real logins.
In an interactive terminal both servers keep running afterwards; otherwise the demo ends by itself.

  --once   end after the last step, also in a terminal
  --stay   keep running after the last step, also without a terminal (end it with Ctrl-C or SIGTERM)`

const steps = [firstLogins, laterLogins, forgottenPassword, wrongPassword, concurrentLogins, outage, finish, ledger]

async function runSteps(report: Report, folder: string, started: StartedServers): Promise<DemoContext> {
  const started_at = performance.now()
  report.title('Wherry moves users out of a legacy user store at their next login')
  const context = await createConnection(await startServers(report, folder, started))
  for (const step of steps) await step(context)
  report.title(resultText(report, (performance.now() - started_at) / 1000))
  for (const line of report.failures()) report.paragraph(line)
  return context
}

function resultText(report: Report, duration_s: number): string {
  const failed = report.failures().length
  const checks = report.passed() + failed
  const result = failed === 0 ? `all ${checks} checks passed.` : `${failed} of ${checks} checks failed:`
  return `Finished in ${duration_s.toFixed(1)} s; ${result}`
}

async function waitForInterrupt(context: DemoContext, log_file: string, signal: AbortSignal): Promise<void> {
  context.report.section('Commands to try')
  context.report.paragraph(
    'Both servers keep running. Type off or on (and Enter) to switch the legacy store; queries that reach it are shown ' +
      'here. Ctrl-C stops both servers and deletes their data.',
  )
  context.report.lines(`\n${exampleCommands(context)}\n\nWherry's own log: ${log_file}\n`)
  await keepRunning(context, signal)
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { once: { type: 'boolean' }, stay: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help === true) {
    console.log(usage)
    return
  }
  const in_terminal = process.stdin.isTTY && process.stdout.isTTY
  const stays = values.stay === true || (in_terminal && values.once !== true)
  const in_colour = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === ''
  const report = createReport((text) => void process.stdout.write(text), in_colour)

  const folder = mkdtempSync(path.join(tmpdir(), 'wherry-demo-'))
  const started: StartedServers = {}
  process.once('exit', () => {
    started.wherry?.kill()
    rmSync(folder, { recursive: true, force: true })
  })
  const interrupt = new AbortController()
  const interrupted = once(interrupt.signal, 'abort').then(() => undefined)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupt.abort())
  const running = runSteps(report, folder, started)
  running.catch(() => undefined) // After an interrupt its result is not awaited.
  let status: number | null | undefined
  try {
    const context = await Promise.race([running, interrupted])
    if (context && stays) await waitForInterrupt(context, started.wherry?.log_file ?? '', interrupt.signal)
    if (!context) process.exitCode = 130
    else if (report.failures().length > 0) process.exitCode = 1
  } finally {
    status = await started.wherry?.stop()
    await started.store?.stop()
  }
  if (status === 0) {
    if (interrupt.signal.aborted) report.lines('Both servers have stopped, and their data is deleted.')
  } else if (process.exitCode !== 130) {
    console.error(`Wherry did not stop gracefully: it ended with ${status ?? 'a signal'}.`)
    process.exitCode = 1
  }
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
// Requests that an interrupt left pending must not keep this process running.
process.exit()
