// A process that runs test files one after another, so that they share what they import. `run-tests.ts` sends a file and receives its counts.
import { AsyncResource } from 'node:async_hooks'
import { after, run } from 'node:test'
import { spec } from 'node:test/reporters'

/** How many tests of a file, or of a run, ended in which way. A test that fails by its subtests alone is not counted. */
export type TestCounts = { passed: number; failed: number; skipped: number }

process.on('message', (file: string) => {
  // Where the last hook of a file fails, its run ends when nothing is left to wait for.
  process.channel?.unref()
  void runFile(file).then((counts) => {
    process.channel?.ref()
    process.send?.(counts)
  })
})
process.on('disconnect', () => process.exit())

async function runFile(file: string): Promise<TestCounts> {
  const counts: TestCounts = { passed: 0, failed: 0, skipped: 0 }
  const events = run({ files: [file], isolation: 'none' })
  endAfterLastHook(events)
  events.on('test:pass', ({ name, details, skip }) => {
    // A file without a test is reported as a test with the name of the file.
    if (details.type !== 'suite' && name !== file) counts[skip === undefined ? 'passed' : 'skipped'] += 1
  })
  events.on('test:fail', ({ details }) => {
    if (!failsBySubtests(details.error)) counts.failed += 1
  })
  for await (const text of events.compose(new spec())) process.stdout.write(String(text))
  return counts
}

// A run in this process ends at `beforeExit`, which a process that waits for its next file, or whose test left a timer, does not reach. A
// hook that is registered when the first test starts, after the file was imported, is the last one.
function endAfterLastHook(events: ReturnType<typeof run>): void {
  // Outside of all tests, so that it is a hook of the file and not of the test that starts.
  const outside = new AsyncResource('hooks')
  events.once('test:dequeue', () => {
    outside.runInAsyncScope(after, undefined, () => void setImmediate(() => process.emit('beforeExit', 0)))
  })
}

function failsBySubtests(error: Error): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed'
}
