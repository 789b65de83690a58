// `npm test` and `npm run test:long`: finds the tests, gives them servers, runs each file in a process of its own.
// The last line is always `N passed, N failed`, with `, N skipped` when tests, or files without their server, did not run.
import { globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, relative, resolve } from 'node:path'
import { canInstall, ServerMissing, type ServerName } from '../tests/support/server-binaries.ts'
import { startMariadb, startPostgres, type TestServer } from '../tests/support/servers.ts'
import { reachableFiles } from './module-imports.ts'
import { type FileResult, killTestProcesses, runTestFile } from './test-file-run.ts'

const root = resolve(import.meta.dirname, '..')
const usage = `Usage: node tools/run-tests.ts [--long [name]] [file …]
  (nothing)       every tests/**/*.test.ts except tests/long
  --long [name]   tests/long/**/*.test.ts, or only those whose path holds the name
  file …          only these files
Each file may take 300 s, a long one 3600 s (WHERRY_TEST_LIMIT_S). WHERRY_TEST_CONCURRENCY says how many run at once
(as many as there are cores).`

type Totals = { passed: number; failed: number; skipped: number; not_run: number }

/** A server that tests share when some of them ask for it. */
type Shared = { name: ServerName; asked_for_by: RegExp; missing_variable: string; start(): Promise<TestServer> }

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
  const servers: TestServer[] = []
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
  return totals.failed > 0 || totals.passed === 0 ? 1 : 0
}

function shortFiles(): string[] {
  const all = globSync('tests/**/*.test.ts', { cwd: root }).filter((file) => !file.startsWith('tests/long/'))
  return all.sort().map((file) => resolve(root, file))
}

function longFiles(name: string | undefined): string[] {
  const all = globSync('tests/long/**/*.test.ts', { cwd: root })
  const chosen = name === undefined ? all : all.filter((file) => file.slice('tests/long/'.length).includes(name))
  return chosen.sort().map((file) => resolve(root, file))
}

/**
 * Starts the servers that `files` ask for. Where one cannot be had, the files that need it are not run; but as root on
 * Debian, where the tests install servers themselves, they run and fail.
 */
async function withServers(files: string[], servers: TestServer[]): Promise<{ runnable: string[]; not_run: string[] }> {
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
  return { runnable, not_run }
}

function serversAskedForBy(file: string): ServerName[] {
  const support = new Set(
    ['servers.ts', 'postgres.ts', 'mariadb.ts'].map((name) => resolve(root, 'tests/support', name)),
  )
  const texts = reachableFiles(file)
    .filter((reached) => !support.has(reached))
    .map((reached) => readFileSync(reached, 'utf8'))
  return shared_servers
    .filter(({ asked_for_by }) => texts.some((text) => asked_for_by.test(text)))
    .map(({ name }) => name)
}

async function runAll(files: string[], limit_ms: number, totals: Totals): Promise<void> {
  const asked = Number(process.env['WHERRY_TEST_CONCURRENCY'] ?? availableParallelism())
  const width = Math.max(1, Math.min(files.length, Number.isInteger(asked) ? asked : 2))
  const waiting = [...files]
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await runTestFile(file, limit_ms)
      totals.passed += result.passed
      totals.failed += result.failures.length
      totals.skipped += result.skipped.length
      print(relative(root, file), result)
    }
  }
  await Promise.all(Array.from({ length: width }, work))
}

function print(file: string, result: FileResult): void {
  const mark = result.failures.length > 0 ? 'FAILED  ' : 'ok      '
  console.log(`${mark} ${file}  ${result.passed} passed, ${(result.duration_ms / 1000).toFixed(1)} s`)
  for (const name of result.skipped) console.log(`  skipped: ${name}`)
  for (const { path, error } of result.failures) {
    console.log(`\n  ✗ ${path.join(' › ')}\n${indented(error)}\n`)
  }
  if (result.failures.length > 0 && result.output !== '') {
    console.log(`  what ${basename(file)} printed last:\n${indented(result.output)}\n`)
  }
}

function indented(text: string): string {
  return text.replace(/^/gm, '    ')
}

function summary({ passed, failed, skipped, not_run }: Totals): string {
  const left_out = skipped + not_run
  return `${passed} passed, ${failed} failed${left_out > 0 ? `, ${left_out} skipped` : ''}`
}
