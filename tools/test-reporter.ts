// The reporter inside each test process: it writes every finished test as one JSON line to WHERRY_TEST_EVENTS at once,
// so that nothing is lost when the process has to be killed.
import { appendFileSync } from 'node:fs'
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'

/** A finished test; `path` holds the names of the tests around it, outermost first, then its own. */
export type FinishedTest = { path: string[]; ok: boolean; skipped: boolean; duration_ms: number; error?: string }

/** Reports to the file named by `WHERRY_TEST_EVENTS`; prints nothing. */
export { report as default }

async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const file = process.env['WHERRY_TEST_EVENTS']
  if (file === undefined) throw new Error('WHERRY_TEST_EVENTS is not set; run tests by tools/run-tests.ts')
  const open: string[] = []
  for await (const event of events) {
    if (event.type === 'test:start') open[event.data.nesting] = event.data.name
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue
    const { nesting, name, details, skip } = event.data
    if (details.type === 'suite' && event.type === 'test:pass') continue
    const finished: FinishedTest = {
      path: [...open.slice(0, nesting), name],
      ok: event.type === 'test:pass',
      skipped: skip !== undefined && skip !== false,
      duration_ms: details.duration_ms,
    }
    const error = event.type === 'test:fail' ? event.data.details.error : undefined
    if (error === undefined) write(file, finished)
    else if (!isOnlyAboutChildren(error)) write(file, { ...finished, error: describe(error) })
  }
  yield ''
}

// A parent fails with its children, which have been reported already.
function isOnlyAboutChildren(error: Error): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed'
}

function describe(error: Error): string {
  return inspect(error.cause ?? error, { depth: 6, maxStringLength: 4000, maxArrayLength: 50 })
}

function write(file: string, event: FinishedTest): void {
  appendFileSync(file, `${JSON.stringify(event)}\n`)
}
