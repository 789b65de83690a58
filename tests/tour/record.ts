// The recorded tour: requests to a real server through every route and every outcome, and what they answered and left behind.
// It uses what clients and operators use: HTTP, the `wherry` command, files of the data folder. Nothing of `src/` runs in it.
//
//   node tests/tour/record.ts --from <checkout> [--chapter <name> …]
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startCheckout } from './checkout-server.ts'
import { writeRecording } from './recording.ts'
import { chapters, runChapter } from './run-tour.ts'

const { values } = parseArgs({ options: { from: { type: 'string' }, chapter: { type: 'string', multiple: true } } })
if (values.from === undefined)
  throw new Error('Usage: node tests/tour/record.ts --from <checkout> [--chapter <name> …]')
const checkout = resolve(values.from)
mkdirSync(join(import.meta.dirname, 'recording'), { recursive: true })
const chosen = chapters.filter(({ name }) => values.chapter?.includes(name) ?? true)
for (const chapter of chosen) {
  const started = Date.now()
  const recording = await runChapter((env) => startCheckout(checkout, env), chapter)
  writeRecording(recording)
  console.log(`${chapter.name}: ${recording.steps.length} steps, ${((Date.now() - started) / 1000).toFixed(1)} s`)
}
