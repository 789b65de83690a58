// What the actions of each trigger export, may call and receive: for the editor, for new actions and for tries.
import type { ActionTrigger } from '../../../src/contract/action.ts'

/** What an action of a trigger is made of. `api`: the methods of its second argument. `event`: one that it may be tried with. */
export type TriggerSample = { function_name: string; api: readonly string[]; event: Readonly<Record<string, unknown>> }

const user = {
  user_id: 'auth0|1001',
  email: 'ada@example.com',
  email_verified: true,
  name: 'Ada Lovelace',
  identities: [{ user_id: '1001', provider: 'auth0', connection: 'customers', isSocial: false }],
  user_metadata: {},
  app_metadata: { roles: ['editor'] },
}
const client = { client_id: 'client-id', name: 'Shop', metadata: {} }
const connection = { id: 'con_1', name: 'customers', strategy: 'auth0', metadata: {} }
const tenant = { id: 'default' }
const request = {
  ip: '203.0.113.7',
  hostname: 'login.example.com',
  user_agent: 'Mozilla/5.0',
  method: 'POST',
  query: {},
  body: {},
  geoip: {},
}
const cache = ['api.cache.get', 'api.cache.set', 'api.cache.delete']
const metadata = ['api.user.setUserMetadata', 'api.user.setAppMetadata']
const deny = ['api.access.deny', 'api.validation.error']

/** The triggers, in the order in which a user meets them. */
export const trigger_samples: Readonly<Record<ActionTrigger, TriggerSample>> = {
  'pre-user-registration': {
    function_name: 'onExecutePreUserRegistration',
    api: [...deny, ...metadata, ...cache],
    event: {
      user: { email: user.email, user_metadata: {}, app_metadata: {} },
      client,
      connection,
      request,
      tenant,
      security_context: {},
      transaction: { acr_values: [], prompt: [], ui_locales: ['en'], response_type: ['code'] },
    },
  },
  'post-user-registration': {
    function_name: 'onExecutePostUserRegistration',
    api: cache,
    event: { user, client, connection, request, tenant },
  },
  'post-login': {
    function_name: 'onExecutePostLogin',
    api: [
      ...deny,
      'api.accessToken.setCustomClaim',
      'api.accessToken.addScope',
      'api.accessToken.removeScope',
      'api.idToken.setCustomClaim',
      ...metadata,
      'api.authentication.recordMethod',
      'api.redirect.canRedirect',
      'api.redirect.sendUserTo',
      'api.redirect.encodeToken',
      'api.redirect.validateToken',
      'api.rules.wasExecuted',
      'api.transaction.setMetadata',
      ...cache,
    ],
    event: {
      user,
      client,
      connection,
      request: { ...request, method: 'GET' },
      tenant,
      authentication: { methods: [{ name: 'pwd', timestamp: '2026-01-15T09:30:00.000Z' }] },
      authorization: { roles: [] },
      stats: { logins_count: 2 },
      security_context: {},
      transaction: {
        protocol: 'oidc-basic-profile',
        requested_scopes: ['openid', 'email'],
        metadata: {},
        acr_values: [],
        prompt: [],
        ui_locales: ['en'],
        response_type: ['code'],
      },
    },
  },
  'post-migration': {
    function_name: 'onExecutePostMigration',
    api: cache,
    event: {
      user,
      connection,
      tenant,
      migration: { id: 'job_1', legacy_id: '1001', through: 'login', moved_at: '2026-01-15T09:30:00.000Z' },
    },
  },
  'post-change-password': {
    function_name: 'onExecutePostChangePassword',
    api: cache,
    event: { user, connection, request, tenant },
  },
  'credentials-exchange': {
    function_name: 'onExecuteCredentialsExchange',
    api: ['api.access.deny', 'api.accessToken.setCustomClaim', ...cache],
    event: {
      client,
      resource_server: { identifier: 'https://api.example.com/' },
      request,
      tenant,
      accessToken: { customClaims: {}, scope: ['read:orders'] },
      transaction: { requested_scopes: ['read:orders'] },
      security_context: {},
    },
  },
  'send-phone-message': {
    function_name: 'onExecuteSendPhoneMessage',
    api: cache,
    event: {
      tenant,
      user,
      message_options: {
        action: 'password-reset',
        message_type: 'sms',
        recipient: '+15550100',
        text: 'Your code is 123456',
        code: '123456',
      },
    },
  },
}

/** The names of the triggers. */
export const trigger_names = Object.keys(trigger_samples) as ActionTrigger[]

/** The code of a new action without a template. */
export const blankAction = (trigger: ActionTrigger): string =>
  `exports.${trigger_samples[trigger].function_name} = async (event, api) => {\n}\n`

function membersOf(value: Readonly<Record<string, unknown>>, path: string): string[] {
  return Object.entries(value).flatMap(([name, member]) => {
    const is_object = typeof member === 'object' && member !== null && !Array.isArray(member)
    return [`${path}.${name}`, ...(is_object ? membersOf({ ...member }, `${path}.${name}`) : [])]
  })
}

/** The paths of the members of the event of a trigger, such as `event.user.email`. */
export const eventMembers = (trigger: ActionTrigger): string[] => membersOf(trigger_samples[trigger].event, 'event')
