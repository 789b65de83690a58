import { Type } from 'typebox'
import { Choice } from './route.ts'

/** How people are counted for an answer. */
export const counts = Type.Optional(
  Choice(
    ['fresh', 'kept'],
    '`fresh`, the default: now, which takes seconds for a million records. `kept`: where counting takes more than 100 ms, the answer has the last count, and the next one begins when that is ten times as old as it took',
  ),
)

/** The state of counts that are kept. */
export const countingState = {
  is_counting: Type.Boolean({ description: 'Whether people are being counted now.' }),
  error: Type.Optional(Type.String({ description: 'Why the last count failed.' })),
}
