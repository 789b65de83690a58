import { Type, type Static } from 'typebox'
import { AnyObject, Choice, IdParams, Strict, Timestamp, type Route } from './route.ts'

/** How a try of an action ended. */
export const TriedAction = Type.Object({
  outcome: Choice(['allow', 'deny', 'redirect', 'error'], 'What the action decided, or that it failed'),
  message: Type.Optional(Type.String({ description: 'Why it denied or failed, with secrets masked.' })),
  changes: Type.Optional(AnyObject('What it changed in tokens and metadata. Nothing of it is stored.')),
  console: Type.Array(Type.Object({ level: Type.String(), text: Type.String() }), {
    description: 'The first 100 lines, with secrets masked.',
  }),
  duration_ms: Type.Integer(),
})
export type TriedAction = Static<typeof TriedAction>

/** One run of the actions of a trigger, as the API shows one. */
export const ActionExecution = Type.Object({
  id: Type.String(),
  trigger_id: Type.String(),
  status: Type.String({ description: '`final`: an execution is shown once it has ended.' }),
  results: Type.Array(
    Type.Object({
      action_name: Type.String({ description: 'The trigger: its actions run in one call and have one result.' }),
      started_at: Timestamp('When the call began.'),
      ended_at: Timestamp('When it ended.'),
      error: Type.Optional(Type.Object({ id: Type.String(), msg: Type.String() })),
    }),
  ),
  created_at: Timestamp('When the call began.'),
  updated_at: Timestamp('When it ended.'),
})
export type ActionExecution = Static<typeof ActionExecution>

/** Operations on runs of actions. */
export const actionRunRoutes = {
  testAction: {
    method: 'POST',
    url: '/api/v2/actions/actions/:id/test',
    scopes: ['create:actions'],
    tag: 'actions',
    summary: 'Run an action as it is saved, with an event',
    description:
      'It runs with its secrets, in a process of its own, for the time of a script. Nothing that it decides is applied; what it sends to other systems is sent. At most 4 run at once.',
    status: 200,
    params: IdParams,
    body: Strict({ payload: AnyObject('The event; members that it lacks are empty') }),
    response: Type.Object({ payload: TriedAction }),
  },
  getActionExecution: {
    method: 'GET',
    url: '/api/v2/actions/executions/:id',
    scopes: ['read:actions'],
    tag: 'actions',
    summary: 'Get one run of the actions of a trigger',
    description:
      'The id is that of the call: `details.post_login.call_id` or `details.action_call.call_id` of a log event, or `call_id` in the script log, as long as that is kept.',
    status: 200,
    params: IdParams,
    response: ActionExecution,
  },
} satisfies Record<string, Route>
