// A reporter for `node --test-reporter`, used beside Node's `spec`: it counts the tests of one file.
import type { TestEvent } from 'node:test/reporters'

/** How many tests of a file, or of a run, ended in which way. A test that fails by its subtests alone is not counted. */
export type TestCounts = { passed: number; failed: number; skipped: number }

/** Writes the counts as JSON after the last test. */
export { countTests as default }

async function* countTests(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const counts: TestCounts = { passed: 0, failed: 0, skipped: 0 }
  for await (const { type, data } of events) {
    if (type === 'test:pass' && data.details.type !== 'suite')
      counts[data.skip === undefined ? 'passed' : 'skipped'] += 1
    if (type === 'test:fail' && !failsBySubtests(data.details.error)) counts.failed += 1
  }
  yield JSON.stringify(counts)
}

function failsBySubtests(error: Error): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed'
}
