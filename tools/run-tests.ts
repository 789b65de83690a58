// `npm test` and `npm run test:long`: runs each test file under `node:test`, in a process group of its own.
// The last line of the output is always `N passed, N failed`, with `, N skipped` when there are any.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, globSync, openSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isObtainable, not_run_status } from '../tests/support/server-binaries.ts'
import { startMariadb, startPostgres } from '../tests/support/servers.ts'
import { removeTempFolder, tempFolder } from '../tests/support/temp-folder.ts'
import './ensure-sandbox-modules.cjs'
import type { TestCounts } from './test-reporter.ts'

const usage = `Usage: node tools/run-tests.ts [--long [name …] | file …]
  (nothing)         every tests/**/*.test.ts except tests/long
  --long [name …]   tests/long/**/*.test.ts, or only those whose path contains a name
  file …            only these files
Each file may take 300 s, a long one 3600 s (WHERRY_TEST_LIMIT_S). Two files more than there are cores run at once, of the long ones as
many as there are cores (WHERRY_TEST_CONCURRENCY). Several files share one PostgreSQL and one MariaDB; a single file starts what it needs.`

/** How the tests of a file ended; `problem` is set when the file itself failed or could not run. */
type FileResult = TestCounts & { problem?: string; output: string }

const root = resolve(import.meta.dirname, '..')
const reporter = join(import.meta.dirname, 'test-reporter.ts')
const { values, positionals } = parseArgs({
  options: { long: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
})
// Compiled modules are kept, as by the server itself: each file imports the same ones, and stripping their types takes a second.
process.env['NODE_COMPILE_CACHE'] ??= join(root, 'node_modules', '.cache', 'wherry')
const limit_s = Number(process.env['WHERRY_TEST_LIMIT_S'] ?? (values.long ? 3600 : 300))
// A file spends about half of its time waiting: for servers that start, for deadlines and for time limits.
const at_once = availableParallelism() + (values.long ? 0 : 2)
const concurrency = Number(process.env['WHERRY_TEST_CONCURRENCY'] ?? at_once)
const running = new Set<ChildProcess>()

process.once('exit', () => running.forEach(killGroup)) // The servers end with this process, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))
if (values.help) console.log(usage)
else await main(chosenFiles())

async function main(files: string[]): Promise<void> {
  const servers = files.length > 1 ? await startSharedServers() : []
  const totals: TestCounts = { passed: 0, failed: 0, skipped: 0 }
  const queue = files.values()
  const runQueued = async (): Promise<void> => {
    for (const file of queue) {
      const started = performance.now()
      const result = await runFile(file)
      print(relative(root, file), result, (performance.now() - started) / 1000)
      for (const key of ['passed', 'failed', 'skipped'] as const) totals[key] += result[key]
    }
  }
  await Promise.all(Array.from({ length: concurrency }, runQueued))
  await Promise.all(servers.map((server) => server.stop()))
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

// Where a server is missing or does not start, each file that needs it fails in `serverBinaries` or starts its own.
async function startSharedServers(): Promise<{ stop(): Promise<void> }[]> {
  const start = { PostgreSQL: startPostgres, MariaDB: startMariadb }
  const names = (['PostgreSQL', 'MariaDB'] as const).filter(isObtainable)
  const started = await Promise.allSettled(names.map((name) => start[name]()))
  for (const result of started) if (result.status === 'rejected') console.log(String(result.reason))
  const servers = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  for (const server of servers) Object.assign(process.env, server.environment)
  return servers
}

async function runFile(file: string): Promise<FileResult> {
  const folder = tempFolder('run')
  const output_file = join(folder, 'output')
  const counts_file = join(folder, 'counts.json')
  const args = ['--test-force-exit', '--test-reporter=spec', '--test-reporter-destination=stdout']
  args.push(`--test-reporter=${reporter}`, `--test-reporter-destination=${counts_file}`, file)
  // The output goes to a file: a process that the test leaves running would keep a pipe open.
  const descriptor = openSync(output_file, 'w')
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', descriptor, descriptor],
    detached: true,
    timeout: limit_s * 1000,
    killSignal: 'SIGKILL',
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
