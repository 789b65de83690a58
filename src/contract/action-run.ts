import { Type, type Static } from 'typebox'
import { action_code_max } from './action.ts'
import { AnyObject, IdParams, Strict, Timestamp, type Route } from './route.ts'
import { TriedStep } from './tried-step.ts'

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
    summary: 'Run an action once, with an event',
    description:
      'Its saved code or `code` runs with its saved secrets, in a process of its own, for the time of a script. Nothing that it decides is applied; what it sends to other systems is sent. At most 4 run at once.',
    status: 200,
    params: IdParams,
    body: Strict({
      payload: AnyObject('The event; members that it lacks are empty'),
      code: Type.Optional(
        Type.String({ maxLength: action_code_max, description: 'A code to run instead of the saved one' }),
      ),
    }),
    response: Type.Object({ payload: TriedStep }),
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
