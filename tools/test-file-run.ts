// Runs one test file in a process of its own and answers what happened, also when it hangs or dies.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FinishedTest } from './test-reporter.ts'

/** A test that failed, with the reason as text. */
export type Failure = { path: string[]; error: string }

/** What a test file did. */
export type FileResult = {
  passed: number
  skipped: string[]
  failures: Failure[]
  duration_ms: number
  /** The end of what it printed. */
  output: string
}

const reporter = fileURLToPath(new URL('./test-reporter.ts', import.meta.url))
const running = new Set<number>()

/** Kills every test process that is running now, with its children. */
export function killTestProcesses(): void {
  for (const pid of running) killGroup(pid)
}

/**
 * Runs `file` under `node:test` and ends its process after its last test. A file that takes longer than `limit_ms` is
 * killed and counts as failed; so does a file without a test.
 */
export async function runTestFile(file: string, limit_ms: number): Promise<FileResult> {
  const folder = mkdtempSync(join(tmpdir(), 'wherry-run-'))
  const events_file = join(folder, 'events.ndjson')
  writeFileSync(events_file, '')
  const started = Date.now()
  const { ending, output } = await runProcess(file, events_file, limit_ms)
  const tests = readEvents(events_file)
  rmSync(folder, { recursive: true, force: true })
  const failures = tests.filter((test) => !test.ok).map(({ path, error }) => ({ path, error: error ?? 'failed' }))
  if (ending !== undefined && failures.length === 0) failures.push({ path: ['(the file)'], error: ending })
  if (tests.length === 0 && failures.length === 0) failures.push({ path: ['(the file)'], error: 'it holds no test' })
  const skipped = tests.filter((test) => test.skipped).map((test) => test.path.join(' › '))
  const passed = tests.filter((test) => test.ok && !test.skipped).length
  return { passed, skipped, failures, duration_ms: Date.now() - started, output: tail(output) }
}

function runProcess(
  file: string,
  events_file: string,
  limit_ms: number,
): Promise<{ ending: string | undefined; output: string }> {
  const args = ['--test-force-exit', `--test-reporter=${reporter}`, '--test-reporter-destination=stdout', file]
  const env = { ...process.env, WHERRY_TEST_EVENTS: events_file, FORCE_COLOR: '0' }
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const pid = child.pid
  if (pid !== undefined) running.add(pid)
  let output = ''
  const keep = (chunk: string): void => {
    output = (output + chunk).slice(-200_000)
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  let killed_for: string | undefined
  const kill = (reason: string): void => {
    killed_for = reason
    if (pid !== undefined) killGroup(pid)
  }
  const limit = setTimeout(() => kill(`it did not end within ${limit_ms / 1000} s and was killed`), limit_ms)
  return new Promise((resolve) => {
    const finish = (ending: string | undefined): void => {
      clearTimeout(limit)
      if (pid !== undefined) {
        running.delete(pid)
        killGroup(pid) // What it started and left behind ends with it.
      }
      resolve({ ending: killed_for ?? ending, output })
    }
    child.once('error', (error) => finish(`it could not be started: ${error.message}`))
    child.once('exit', (code, signal) => {
      // Children of the test may hold the pipes open for ever, so the end of the output is not waited for long.
      const ending = code === 0 ? undefined : `its process ended with ${signal ?? `status ${code}`}`
      const late = setTimeout(() => finish(ending), 500)
      child.once('close', () => {
        clearTimeout(late)
        finish(ending)
      })
    })
  })
}

function readEvents(file: string): FinishedTest[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.slice(0, -1).map((line) => JSON.parse(line) as FinishedTest)
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left in the group.
  }
}

function tail(output: string): string {
  return output.trim().split('\n').slice(-60).join('\n')
}
