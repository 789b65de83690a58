import { Type, type Static } from 'typebox'
import { Action, counts, paging, TriggerName } from './action.ts'
import { Strict, Text, Timestamp, type Route } from './route.ts'

/** The most actions that one trigger runs: Auth0's limit. */
export const bindings_max = 20

/** A binding of an action to a trigger, as the API shows one. */
export const ActionBinding = Type.Object({
  id: Type.String(),
  trigger_id: Type.String(),
  display_name: Type.String(),
  action: Action,
  created_at: Timestamp('When it was bound.'),
  updated_at: Timestamp('When the binding last changed.'),
})
export type ActionBinding = Static<typeof ActionBinding>

/** An action in short: all that a list of actions and of what triggers run shows. */
export const ActionSummary = Type.Object({
  id: Type.String(),
  name: Type.String(),
  trigger_id: Type.String(),
  updated_at: Timestamp('When it last changed.'),
  all_changes_deployed: Type.Boolean({ description: 'Whether the version that runs has all changes.' }),
  deployed_version: Type.Union(
    [Type.Null(), Type.Object({ number: Type.Integer(), created_at: Timestamp('When it was deployed.') })],
    { description: 'Null where it was never deployed.' },
  ),
  position: Type.Union([Type.Null(), Type.Integer()], {
    description: 'Its place among the actions that its trigger runs, from 1; null where it is not bound.',
  }),
})
export type ActionSummary = Static<typeof ActionSummary>

/** The actions to bind to a trigger, in order. */
export const NewBindings = Strict({
  bindings: Type.Array(
    Strict({
      ref: Strict({
        type: Type.Enum(['action_name', 'action_id', 'binding_id'], { description: 'What `value` is' }),
        value: Text(128, 'Name or id'),
      }),
      display_name: Type.Optional(Text(128, 'Name in lists; default: the name of the action')),
      secrets: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 0, description: 'Not supported' })),
    }),
    { maxItems: bindings_max, description: 'Replaces the bindings of the trigger' },
  ),
})
export type NewBindings = Static<typeof NewBindings>

const TriggerParams = Strict({ trigger: TriggerName })

/** Operations on the bindings of triggers. */
export const actionBindingRoutes = {
  summarizeActions: {
    method: 'GET',
    url: '/api/v2/actions/summary',
    scopes: ['read:actions'],
    tag: 'actions',
    summary: 'List all actions in short, without their code',
    description: 'Those that a trigger runs first, in their order; the others by name.',
    status: 200,
    response: Type.Object({ actions: Type.Array(ActionSummary) }),
  },
  listActionBindings: {
    method: 'GET',
    url: '/api/v2/actions/triggers/:trigger/bindings',
    scopes: ['read:actions'],
    tag: 'actions',
    summary: 'List the actions that a trigger runs, in order',
    status: 200,
    params: TriggerParams,
    query: Strict({ ...paging }),
    response: Type.Object({ bindings: Type.Array(ActionBinding), ...counts }),
  },
  updateActionBindings: {
    method: 'PATCH',
    url: '/api/v2/actions/triggers/:trigger/bindings',
    scopes: ['update:actions'],
    tag: 'actions',
    summary: 'Set the actions that a trigger runs, in order',
    status: 200,
    params: TriggerParams,
    body: NewBindings,
    response: Type.Object({ bindings: Type.Array(ActionBinding) }),
  },
} satisfies Record<string, Route>
