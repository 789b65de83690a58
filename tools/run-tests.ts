// `npm test` and `npm run test:long`: runs each test file under `node:test`, in a process group of its own.
// The last line of the output is always `N passed, N failed`, with `, N skipped` when there are any.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, globSync, openSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, relative, resolve } from 'node:path'
import { canInstall, ServerMissing, type ServerName } from '../tests/support/server-binaries.ts'
import { startMariadb, startPostgres, type DatabaseServer } from '../tests/support/servers.ts'
import { reachableFiles } from './module-imports.ts'
import { type FileResult, killTestProcesses, runTestFile } from './test-file-run.ts'

const root = resolve(import.meta.dirname, '..')
const reporter = join(import.meta.dirname, 'test-reporter.ts')
const { values, positionals } = parseArgs({
  options: { long: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const limit_s = Number(process.env['WHERRY_TEST_LIMIT_S'] ?? (values.long ? 3600 : 300))
const concurrency = Number(process.env['WHERRY_TEST_CONCURRENCY'] ?? availableParallelism())
const running = new Set<ChildProcess>()

process.once('exit', () => running.forEach(killGroup)) // The servers end with this process, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))
if (values.help) console.log(usage)
else await main(chosenFiles())

/** A server that tests share when some of them ask for it. */
type Shared = { name: ServerName; asked_for_by: RegExp; missing_variable: string; start(): Promise<DatabaseServer> }

const shared_servers: Shared[] = [
  {
    name: 'PostgreSQL',
    asked_for_by: /\bstart(?:Own)?Postgres\(/,
    missing_variable: 'WHERRY_TEST_POSTGRES_MISSING',
    start: startPostgres,
  },
  {
    name: 'MariaDB',
    asked_for_by: /\bstart(?:Own)?Mariadb\(/,
    missing_variable: 'WHERRY_TEST_MARIADB_MISSING',
    start: startMariadb,
  },
]

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(usage)
    return 0
  }
  const long = args[0] === '--long'
  const files = long ? longFiles(args[1]) : args.length > 0 ? args.map((file) => resolve(file)) : shortFiles()
  const servers: DatabaseServer[] = []
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      killTestProcesses()
      process.exit(1) // The servers end with this process.
    })
  }
  const { runnable, not_run } = await withServers(files, servers)
  const totals: Totals = { passed: 0, failed: 0, skipped: 0, not_run: not_run.length }
  const limit_s = Number(process.env['WHERRY_TEST_LIMIT_S'] ?? (long ? 3600 : 300))
  await runAll(runnable, limit_s * 1000, totals)
  for (const server of servers) await server.stop()
  for (const line of not_run) console.log(`not run  ${line}`)
  if (totals.passed + totals.failed === 0) console.log('No test ran.')
  console.log(summary(totals))
  process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0
}

function chosenFiles(): string[] {
  if (!values.long && positionals.length > 0) return positionals.map((file) => resolve(file))
  const folder = 'tests/long/'
  const tier = globSync('tests/**/*.test.ts', { cwd: root }).filter((file) => file.startsWith(folder) === values.long)
  const named = tier.filter((file) => positionals.some((name) => file.slice(folder.length).includes(name)))
  return (positionals.length > 0 ? named : tier).sort().map((file) => resolve(root, file))
}

// Where a server is missing or does not start, each file that needs it ends by `serverBinaries` or starts its own.
async function startSharedServers(): Promise<{ stop(): Promise<void> }[]> {
  const start = { PostgreSQL: startPostgres, MariaDB: startMariadb }
  const names = (['PostgreSQL', 'MariaDB'] as const).filter(isObtainable)
  const started = await Promise.allSettled(names.map((name) => start[name]()))
  for (const result of started) if (result.status === 'rejected') console.log(String(result.reason))
  const servers = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  for (const server of servers) Object.assign(process.env, server.environment)
  return servers
}

/**
 * Starts the servers that `files` ask for. Where one cannot be had, the files that need it are not run; but as root on
 * Debian, where the tests install servers themselves, they run and fail.
 */
async function withServers(
  files: string[],
  servers: DatabaseServer[],
): Promise<{ runnable: string[]; not_run: string[] }> {
  const asked = new Map(files.map((file) => [file, serversAskedForBy(file)]))
  const reasons = new Map<ServerName, string>()
  for (const shared of shared_servers) {
    if (![...asked.values()].some((names) => names.includes(shared.name))) continue
    try {
      const server = await shared.start()
      servers.push(server)
      Object.assign(process.env, server.environment)
      console.log(`${shared.name} ${server.version} is ready on port ${server.port}.`)
    } catch (error) {
      if (!(error instanceof ServerMissing)) throw error
      console.log(error.message)
      process.env[shared.missing_variable] = error.message
      if (!canInstall()) reasons.set(shared.name, error.message)
    }
  }
  const not_run: string[] = []
  const runnable = files.filter((file) => {
    const missing = (asked.get(file) ?? []).find((name) => reasons.has(name))
    if (missing !== undefined) not_run.push(`${relative(root, file)}: needs ${missing}. ${reasons.get(missing)}`)
    return missing === undefined
  })
  closeSync(descriptor)
  running.add(child)
  await once(child, 'exit')
  running.delete(child)
  killGroup(child) // Ends what the file left running.
  const output = readFileSync(output_file, 'utf8').slice(-100_000)
  const counts = readCounts(counts_file)
  removeTempFolder(folder)
  return resultOf(child, counts, output)
}

// The reporter writes its counts at the end, which a process that ends early does not reach.
function readCounts(file: string): TestCounts {
  const json = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return json === '' ? { passed: 0, failed: 0, skipped: 0 } : (JSON.parse(json) as TestCounts)
}

function resultOf(child: ChildProcess, counts: TestCounts, output: string): FileResult {
  const failed = (problem: string): FileResult => ({ ...counts, failed: 1, problem, output })
  const status = child.exitCode
  if (status === not_run_status) return { ...counts, skipped: 1, problem: 'not run', output }
  if (child.killed) return failed(`did not end within ${limit_s} s and was killed`)
  if (counts.failed > 0) return { ...counts, output }
  if (status !== 0) return failed(`ended with ${child.signalCode ?? `status ${status}`}`)
  if (counts.passed + counts.skipped === 0) return failed('holds no test, or ended before the last one')
  return { ...counts, output }
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // No process is left in the group.
  }
}

function print(file: string, result: FileResult, duration_s: number): void {
  const mark = result.failed > 0 ? 'FAILED  ' : result.skipped > 0 ? 'skipped ' : 'ok      '
  console.log(`${mark} ${file}  ${summary(result)}, ${duration_s.toFixed(1)} s`)
  if (result.problem !== undefined) console.log(`  ${result.problem}`)
  if (result.failed + result.skipped > 0) console.log(result.output)
}

function summary({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
