import { Type, type Static } from 'typebox'
import { Choice, Strict, type Route } from './route.ts'
import { ScriptParams } from './script-version.ts'

/** A finding about the profile that a script returned. */
export const TryCheck = Type.Object({
  check: Choice(
    ['stored', 'dropped', 'cut', 'converted', 'refused', 'differs', 'here', 'hash'],
    '`stored`: the field would be stored, with this value. `dropped`, `cut`, `converted`: it would not be stored as it was returned. `refused`: the profile cannot be stored. `differs`: the field is another one than at the last call of the script that the message names. `here`: what this store knows of the user. `hash`: the form of the stored hash that `get_user` returned, where logins verify it.',
  ),
  field: Type.Optional(Type.String({ description: 'The path of the field.' })),
  message: Type.Optional(Type.String()),
  value: Type.Optional(Type.Unknown({ description: 'In the form in which it would be stored.' })),
})
export type TryCheck = Static<typeof TryCheck>

/** How one run of a script ended. */
export const TriedScript = Type.Object({
  outcome: Type.String({
    description:
      'Of `login` the outcome of a login with these arguments, or `moved_before` for a user whose password is kept here; of `get_user` also `found`; of `list_users` also `listed`, or `list_refused` for a result that is no page; of other scripts also `returned`.',
  }),
  shown_text: Type.Optional(
    Type.String({
      description:
        'The text that the person would read on the log-in page, in the first language of the tenant; only of the script that decides a login, where it does not let the person in.',
    }),
  ),
  result: Type.Unknown({
    description:
      'What the script returned, without secrets; null where it returned nothing. A buffer of more than 64 bytes has its `length` in place of its bytes, also in `checks`. Of a page of `list_users` the first 20 users.',
  }),
  error: Type.Union([
    Type.Null(),
    Type.Object({
      name: Type.String(),
      message: Type.String(),
      code: Type.Optional(Type.String()),
      line: Type.Optional(Type.Integer({ description: 'The line in the source, from 1.' })),
      column: Type.Optional(Type.Integer({ description: 'The column in the source, from 1.' })),
      egress_entries: Type.Optional(
        Type.Array(Type.String(), {
          description: 'Where the egress rules refused a connection: the entries of `allow` that would allow it.',
        }),
      ),
    }),
  ]),
  console: Type.Array(Type.Object({ level: Type.String(), text: Type.String() }), {
    description: 'The first 100 lines, with secrets masked.',
  }),
  checks: Type.Array(TryCheck),
  duration_ms: Type.Integer({ description: 'From the start of the script on, without that of its process.' }),
})
export type TriedScript = Static<typeof TriedScript>

/** Trying a script. */
export const scriptTryRoutes = {
  tryScript: {
    method: 'POST',
    url: '/api/v2/connections/:id/scripts/:script/try',
    scopes: ['update:connections'],
    tag: 'connections',
    summary: 'Run a script once, and show what Wherry would do with its result',
    description:
      'The saved script or `source` runs against the legacy store, under the egress rules of the connection, in a process of its own. Nothing is stored, and no log has the arguments. `login` counts for brute-force protection as a login does.',
    status: 200,
    params: ScriptParams,
    body: Strict({
      arguments: Type.Array(Type.Unknown(), {
        maxItems: 3,
        description:
          'The arguments before the context and the callback, such as `["ada@example.com", "secret"]`; of `list_users` the cursor, null for the first page',
      }),
      source: Type.Optional(
        Type.String({ minLength: 1, maxLength: 100_000, description: 'A source to run instead of the saved one' }),
      ),
      allow_writes: Type.Optional(
        Type.Boolean({
          description:
            'Required to be true for scripts that change the legacy store: those other than `login`, `get_user` and `list_users`',
        }),
      ),
    }),
    response: TriedScript,
  },
} satisfies Record<string, Route>
