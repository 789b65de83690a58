import { Type, type Static } from 'typebox'
import { AnyObject, Choice } from './route.ts'

/** How a try of a rule or an action ended. */
export const TriedStep = Type.Object({
  outcome: Choice(
    ['allow', 'deny', 'redirect', 'error', 'not_run'],
    'What it decided, that it failed, or that the server could not run it now',
  ),
  message: Type.Optional(Type.String({ description: 'Why it denied or failed or was not run, with secrets masked.' })),
  line: Type.Optional(Type.Integer({ description: 'The line of the source from which the error was thrown, from 1.' })),
  redirect_url: Type.Optional(Type.String({ description: 'Where it would send the user, with secrets masked.' })),
  changes: Type.Optional(
    AnyObject(
      'What it changed in tokens and metadata, with secrets masked. Nothing of it is stored. `metadata` has the changes of a rule or a post-login action, by user.',
    ),
  ),
  refused_claims: Type.Optional(
    Type.Array(Type.String(), { description: 'Claims that it set and may not set: a login drops them.' }),
  ),
  console: Type.Array(Type.Object({ level: Type.String(), text: Type.String() }), {
    description: 'The first 100 lines, with secrets masked.',
  }),
  duration_ms: Type.Integer(),
})
export type TriedStep = Static<typeof TriedStep>
