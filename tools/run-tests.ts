// `npm test` and `npm run test:long`: runs the test files under `node:test`, several in one process after another.
// The last line of the output is always `N passed, N failed`, with `, N skipped` when there are any.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, globSync, openSync, readFileSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { partOfPorts } from '../tests/support/free-port.ts'
import { isObtainable, not_run_status } from '../tests/support/server-binaries.ts'
import { prepareEmptyStore, startMariadb, startPostgres } from '../tests/support/servers.ts'
import { removeTempFolder, tempFolder } from '../tests/support/temp-folder.ts'
import './ensure-sandbox-modules.cjs'
import type { TestCounts } from './test-process.ts'

const usage = `Usage: node tools/run-tests.ts [--long [name …] | file …]
  (nothing)         every tests/**/*.test.ts except tests/long
  --long [name …]   tests/long/**/*.test.ts, or only those whose path contains a name
  file …            only these files
Each file may take 300 s, a long one 3600 s (WHERRY_TEST_LIMIT_S). Three files more than there are cores run at once, of the long ones as
many as there are cores (WHERRY_TEST_CONCURRENCY). Several files share one PostgreSQL and one MariaDB; a single file starts what it needs.`

/** How the tests of a file ended; `problem` is set when the file itself failed or could not run. */
type FileResult = TestCounts & { problem?: string; output: string }

const root = resolve(import.meta.dirname, '..')
const { values, positionals } = parseArgs({
  options: { long: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
})
// Compiled modules are kept, as by the server itself: each file imports the same ones, and stripping their types takes a second.
process.env['NODE_COMPILE_CACHE'] ??= join(root, 'node_modules', '.cache', 'wherry')
const limit_s = Number(process.env['WHERRY_TEST_LIMIT_S'] ?? (values.long ? 3600 : 300))
// A file spends about half of its time waiting: for servers that start, for deadlines and for time limits.
const at_once = availableParallelism() + (values.long ? 0 : 3)
// A file spends more than a second on its imports alone. A long one gets a process of its own.
const files_per_process = values.long ? 1 : 16
const concurrency = Number(process.env['WHERRY_TEST_CONCURRENCY'] ?? at_once)
const running = new Set<ChildProcess>()

process.once('exit', () => running.forEach(killGroup)) // The servers end with this process, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))
const no_file = values.long ? undefined : positionals.find((file) => !isFile(file))
if (values.help) console.log(usage)
else if (no_file !== undefined) {
  console.error(`${no_file} is no file.\n${usage}`)
  process.exitCode = 2
} else await main(chosenFiles())

async function main(files: string[]): Promise<void> {
  const servers = files.length > 1 ? await startSharedServers() : []
  const totals: TestCounts = { passed: 0, failed: 0, skipped: 0 }
  const queue = files.values()
  const runQueued = async (ports: string): Promise<void> => {
    let tests: TestProcess | undefined
    for (const file of queue) {
      const is_alone = needsOwnProcess(file)
      if (tests && is_alone) tests = endProcess(tests)
      tests ??= startProcess(ports)
      const started = performance.now()
      const result = await runFile(tests, file)
      print(relative(root, file), result, (performance.now() - started) / 1000)
      for (const key of ['passed', 'failed', 'skipped'] as const) totals[key] += result[key]
      const is_used_up =
        is_alone || result.failed > 0 || tests.child.exitCode !== null || tests.files.length === files_per_process
      if (!is_used_up) continue
      if (result.failed > 0 && tests.files.length > 1)
        console.log(`  ran in one process after ${tests.files.slice(0, -1).join(', ')}`)
      tests = endProcess(tests)
    }
    if (tests) endProcess(tests)
  }
  await Promise.all(Array.from({ length: concurrency }, (_, nth) => runQueued(partOfPorts(nth, concurrency))))
  await Promise.all(servers.map((server) => server.stop()))
  console.log(summary(totals))
  process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

function chosenFiles(): string[] {
  if (!values.long && positionals.length > 0) return positionals.map((file) => resolve(file))
  const folder = 'tests/long/'
  const tier = globSync('tests/**/*.test.ts', { cwd: root }).filter((file) => file.startsWith(folder) === values.long)
  const named = tier.filter((file) => positionals.some((name) => file.slice(folder.length).includes(name)))
  // Backwards, so that the longest file, of the folder tour, does not run alone at the end.
  return (positionals.length > 0 ? named : tier)
    .toSorted()
    .toReversed()
    .map((file) => resolve(root, file))
}

// Where a server is missing or does not start, each file that needs it fails in `serverBinaries` or starts its own.
async function startSharedServers(): Promise<{ stop(): Promise<void> }[]> {
  const start = { PostgreSQL: startPostgres, MariaDB: startMariadb }
  const names = (['PostgreSQL', 'MariaDB'] as const).filter(isObtainable)
  const started = await Promise.allSettled(names.map((name) => start[name]()))
  for (const result of started) if (result.status === 'rejected') console.log(String(result.reason))
  const servers = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  for (const server of servers) Object.assign(process.env, server.environment)
  const postgres = started[names.indexOf('PostgreSQL')]
  if (postgres?.status === 'fulfilled') Object.assign(process.env, await prepareEmptyStore(postgres.value))
  return servers
}

// Such a file replaces something before a module of the project is imported for the first time.
function needsOwnProcess(file: string): boolean {
  return readFileSync(file, 'utf8').startsWith('// Runs in a process of its own')
}

/** A process of `test-process.ts`, and the file that its output goes to: a process that a test leaves running would keep a pipe open. */
type TestProcess = { child: ChildProcess; folder: string; output: string; read: number; files: string[] }

function startProcess(ports: string): TestProcess {
  const folder = tempFolder('run')
  const output = join(folder, 'output')
  const descriptor = openSync(output, 'w')
  const child = spawn(process.execPath, [join(import.meta.dirname, 'test-process.ts')], {
    env: { ...process.env, WHERRY_TEST_PORTS: ports },
    stdio: ['ignore', descriptor, descriptor, 'ipc'],
    detached: true,
  })
  closeSync(descriptor)
  running.add(child)
  return { child, folder, output, read: 0, files: [] }
}

function endProcess({ child, folder }: TestProcess): undefined {
  killGroup(child) // Ends what its files left running.
  running.delete(child)
  removeTempFolder(folder)
}

async function runFile(tests: TestProcess, file: string): Promise<FileResult> {
  const { child } = tests
  const ended = new AbortController()
  let is_late = false
  const limit = setTimeout(() => {
    is_late = true
    killGroup(child)
  }, limit_s * 1000)
  child.send(file)
  const [counts] = (await Promise.race([
    once(child, 'message', { signal: ended.signal }),
    once(child, 'exit', { signal: ended.signal }).then(() => []),
  ])) as [TestCounts?]
  ended.abort()
  clearTimeout(limit)
  tests.files.push(relative(root, file))
  const output = readFileSync(tests.output, 'utf8')
  const own = output.slice(tests.read).slice(-100_000)
  tests.read = output.length
  return resultOf(child, { counts, is_late, output: own })
}

type Ended = { counts: TestCounts | undefined; is_late: boolean; output: string }

function resultOf(child: ChildProcess, { counts, is_late, output }: Ended): FileResult {
  const none: TestCounts = { passed: 0, failed: 0, skipped: 0 }
  const failed = (problem: string): FileResult => ({ ...(counts ?? none), failed: 1, problem, output })
  if (is_late) return failed(`did not end within ${limit_s} s and was killed`)
  if (!counts && child.exitCode === not_run_status) return { ...none, skipped: 1, problem: 'not run', output }
  if (!counts && child.exitCode === 0) return failed('ended before the last one')
  if (!counts) return failed(`ended with ${child.signalCode ?? `status ${child.exitCode}`}`)
  if (counts.passed + counts.skipped + counts.failed === 0) return failed('holds no test')
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
