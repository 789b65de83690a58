import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { outcomes } from '../../src/contract/outcomes.ts'
import { routes } from '../../src/contract/routes.ts'
import { operations_not_recorded, outcomes_not_recorded, recordedOutcomes, visitedOperations } from './coverage.ts'
import { startOwnServer } from './own-server.ts'
import { differences, readRecording, storedChapters, type Recording } from './recording.ts'
import { chapters, runChapter } from './run-tour.ts'

const replayed: Recording[] = []

describe('the server answers as recorded', { concurrency: 2 }, () => {
  for (const chapter of chapters) {
    test(chapter.name, async () => {
      const recording = await runChapter(startOwnServer, chapter)
      replayed.push(recording)
      const found = differences(readRecording(chapter.name), recording)
      assert.ok(found.length === 0, `${found.length} differences:\n  ${found.join('\n  ')}`)
    })
  }
})

describe('the recording is complete', () => {
  const missing = (all: object, found: Set<string>, left_out: object): string[] =>
    Object.keys(all).filter((name) => !found.has(name) && !Object.hasOwn(left_out, name))

  test('every operation of the Management API is visited', () => {
    assert.deepEqual(missing(routes, visitedOperations(replayed, routes), operations_not_recorded), [])
  })

  test('every outcome of the table is recorded', () => {
    assert.deepEqual(missing(outcomes, recordedOutcomes(replayed), outcomes_not_recorded), [])
  })

  test('the stored chapters are those of the tour', () => {
    assert.deepEqual(storedChapters().toSorted(), chapters.map(({ name }) => name).toSorted())
  })

  test('a difference names the step, the place and both values', () => {
    const step = (status: number) => ({ step: 'a login', request: {}, answer: { status, body: ['x', 'y'] } })
    const recordingOf = (...statuses: number[]): Recording => ({ chapter: 'x', steps: statuses.map(step) })
    assert.deepEqual(differences(recordingOf(200), recordingOf(200)), [])
    assert.deepEqual(differences(recordingOf(200), recordingOf(403)), [
      'a login: answer.status\n    recorded: 200\n    now:      403',
    ])
    assert.deepEqual(differences(recordingOf(), recordingOf(200)), ['a login: the step is new'])
    assert.deepEqual(differences(recordingOf(200), recordingOf()), ['a login: the step is missing'])
    assert.deepEqual(missing({ one: 1, two: 2, three: 3 }, new Set(['one']), { two: 'reason' }), ['three'])
  })
})
