import { Type, type Static } from 'typebox'
import { patterns } from './patterns.ts'
import { IdParams, NoContent, Strict, Text, Timestamp, offsetPaging, type Route } from './route.ts'

/** The most actions of a tenant: Auth0's limit. */
export const actions_max = 100

/** The most characters of the code of an action. */
export const action_code_max = 102_400

/** The triggers of actions that run here, with the versions that are accepted. `post-migration` is ours, the others are Auth0's. */
export const action_triggers = {
  'post-login': ['v3', 'v2', 'v1'],
  'pre-user-registration': ['v2', 'v1'],
  'post-user-registration': ['v2', 'v1'],
  'post-change-password': ['v2', 'v1'],
  'credentials-exchange': ['v2', 'v1'],
  'send-phone-message': ['v2', 'v1'],
  'post-migration': ['v1'],
} as const

/** The name of a trigger. */
export type ActionTrigger = keyof typeof action_triggers

/** The paging of lists of actions. */
export const paging = { page: offsetPaging.page, per_page: offsetPaging.per_page }
const trigger_names = Object.keys(action_triggers) as [ActionTrigger, ...ActionTrigger[]]
/** The name of a trigger in requests. */
export const TriggerName = Type.Enum(trigger_names, { description: 'A trigger that runs here' })
const name = Type.String({
  minLength: 1,
  maxLength: 128,
  pattern: patterns.not_blank.pattern,
  description: 'Name; no other action has it',
})
const code = Type.String({
  maxLength: action_code_max,
  description: 'A CommonJS module that exports the functions of the trigger',
})
const runtime = Type.String({ maxLength: 20, description: 'Kept: actions run on one runtime' })
const kept = Type.Optional(Type.Unknown({ description: 'Ignored: part of what the API answers' }))

const TriggerReference = Strict({
  id: TriggerName,
  version: Type.Optional(Text(10, 'Version of the trigger')),
  status: kept,
  runtimes: kept,
  default_runtime: kept,
  compatible_triggers: kept,
  binding_policy: kept,
})
const Dependency = Strict({
  name: Text(214, 'Name of the module'),
  version: Type.Optional(Text(64, 'Version; the sandbox has one version of each module')),
  registry_url: kept,
})
const NewSecret = Strict({
  name: Type.String({
    minLength: 1,
    maxLength: 128,
    pattern: patterns.secret_name.pattern,
    description: '`event.secrets.NAME`',
  }),
  value: Type.Optional(Type.String({ maxLength: 4096, description: 'The value; absent, the stored one stays' })),
  updated_at: kept,
})
const source = {
  code: Type.Optional(code),
  dependencies: Type.Optional(Type.Array(Dependency, { maxItems: 100, description: 'Modules' })),
  runtime: Type.Optional(runtime),
  secrets: Type.Optional(Type.Array(NewSecret, { maxItems: 30, description: 'Replaces the secrets' })),
  modules: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 0, description: 'Not supported' })),
}
const supported_triggers = Type.Array(TriggerReference, { minItems: 1, maxItems: 1, description: 'The trigger' })

/** Input for creating an action. */
export const NewAction = Strict({
  name,
  supported_triggers,
  ...source,
  deploy: Type.Optional(Type.Boolean({ description: 'Whether to deploy it at once' })),
})
export type NewAction = Static<typeof NewAction>

/** Changes to an action. They run once they are deployed. */
export const ActionChange = Strict({
  name: Type.Optional(name),
  supported_triggers: Type.Optional(supported_triggers),
  ...source,
})
export type ActionChange = Static<typeof ActionChange>

const shown_source = {
  code: Type.String(),
  dependencies: Type.Array(Type.Object({ name: Type.String(), version: Type.String() })),
  runtime: Type.String(),
  secrets: Type.Array(Type.Object({ name: Type.String(), updated_at: Timestamp('When it was set.') }), {
    description: 'Values are never shown.',
  }),
  status: Type.String({ description: '`built`: it can be deployed and bound at once.' }),
  built_at: Timestamp('When it was saved.'),
  created_at: Timestamp('When it was created.'),
  updated_at: Timestamp('When it last changed.'),
  supported_triggers: Type.Array(Type.Object({ id: Type.String(), version: Type.String() })),
}

/** A version of an action, as the API shows one. */
export const ActionVersion = Type.Object({
  id: Type.String(),
  action_id: Type.String(),
  number: Type.Integer(),
  deployed: Type.Boolean({ description: 'Whether it is the version that runs.' }),
  action: Type.Object({ id: Type.String(), name: Type.String() }),
  ...shown_source,
})
export type ActionVersion = Static<typeof ActionVersion>

/** An action, as the API shows one. */
export const Action = Type.Object({
  id: Type.String(),
  name: Type.String(),
  ...shown_source,
  all_changes_deployed: Type.Boolean({ description: 'Whether the version that runs has all changes.' }),
  deployed_version: Type.Optional(ActionVersion),
})
export type Action = Static<typeof Action>

/** The paging of an answer. */
export const counts = { total: Type.Integer(), page: Type.Integer(), per_page: Type.Integer() }
const VersionParams = Strict({ id: Text(64, 'Id of the action'), version_id: Text(64, 'Id of the version') })

/** Operations on actions, their versions and their bindings. */
export const actionRoutes = {
  listActions: {
    method: 'GET',
    url: '/api/v2/actions/actions',
    scopes: ['read:actions'],
    tag: 'actions',
    summary: 'List actions',
    status: 200,
    query: Strict({
      ...paging,
      triggerId: Type.Optional(Text(128, 'Only of this trigger')),
      actionName: Type.Optional(Text(128, 'Only with this name')),
      deployed: Type.Optional(Type.Boolean({ description: 'Only those that are deployed, or not' })),
      installed: Type.Optional(Type.Boolean({ description: 'Only those of the marketplace, of which there are none' })),
    }),
    response: Type.Object({ actions: Type.Array(Action), ...counts }),
  },
  createAction: {
    method: 'POST',
    url: '/api/v2/actions/actions',
    scopes: ['create:actions'],
    tag: 'actions',
    summary: 'Create an action',
    description: 'It runs once it is deployed and bound to its trigger. A syntax error is refused with its line.',
    status: 201,
    body: NewAction,
    response: Action,
  },
  listActionModules: {
    method: 'GET',
    url: '/api/v2/actions/modules',
    scopes: ['read:actions'],
    tag: 'actions',
    summary: 'List modules that actions share',
    description: 'There are none: the list is empty.',
    status: 200,
    query: Strict({ ...paging }),
    response: Type.Object({ modules: Type.Array(Type.Never()), ...counts }),
  },
  listActionTriggers: {
    method: 'GET',
    url: '/api/v2/actions/triggers',
    scopes: ['read:actions'],
    tag: 'actions',
    summary: 'List the triggers that run actions',
    status: 200,
    response: Type.Object({
      triggers: Type.Array(
        Type.Object({
          id: Type.String(),
          version: Type.String(),
          status: Type.String(),
          runtimes: Type.Array(Type.String()),
          default_runtime: Type.String(),
          compatible_triggers: Type.Array(Type.Unknown()),
        }),
      ),
    }),
  },
  getAction: {
    method: 'GET',
    url: '/api/v2/actions/actions/:id',
    scopes: ['read:actions'],
    tag: 'actions',
    summary: 'Get an action',
    status: 200,
    params: IdParams,
    response: Action,
  },
  updateAction: {
    method: 'PATCH',
    url: '/api/v2/actions/actions/:id',
    scopes: ['update:actions'],
    tag: 'actions',
    summary: 'Update an action',
    status: 200,
    params: IdParams,
    body: ActionChange,
    response: Action,
  },
  deleteAction: {
    method: 'DELETE',
    url: '/api/v2/actions/actions/:id',
    scopes: ['delete:actions'],
    tag: 'actions',
    summary: 'Delete an action',
    status: 204,
    params: IdParams,
    query: Strict({
      force: Type.Optional(Type.Boolean({ description: 'Whether to delete it also where it is bound to a trigger' })),
    }),
    response: NoContent,
  },
  deployAction: {
    method: 'POST',
    url: '/api/v2/actions/actions/:id/deploy',
    scopes: ['create:actions'],
    tag: 'actions',
    summary: 'Deploy an action: its version becomes the one that runs',
    status: 200,
    params: IdParams,
    response: ActionVersion,
  },
  listActionVersions: {
    method: 'GET',
    url: '/api/v2/actions/actions/:id/versions',
    scopes: ['read:actions'],
    tag: 'actions',
    summary: 'List the versions of an action, newest first',
    status: 200,
    params: IdParams,
    query: Strict({ ...paging }),
    response: Type.Object({ versions: Type.Array(ActionVersion), ...counts }),
  },
  getActionVersion: {
    method: 'GET',
    url: '/api/v2/actions/actions/:id/versions/:version_id',
    scopes: ['read:actions'],
    tag: 'actions',
    summary: 'Get a version of an action',
    status: 200,
    params: VersionParams,
    response: ActionVersion,
  },
  deployActionVersion: {
    method: 'POST',
    url: '/api/v2/actions/actions/:id/versions/:version_id/deploy',
    scopes: ['create:actions'],
    tag: 'actions',
    summary: 'Deploy an earlier version of an action again, as a new version; the action is changed to it as well',
    status: 200,
    params: VersionParams,
    response: ActionVersion,
  },
} satisfies Record<string, Route>
