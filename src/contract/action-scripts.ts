/** The action scripts, by Auth0's keys of `customScripts` and our own `list_users`, and the arguments of each before `context` and the callback. */
export const script_arguments = {
  login: ['identifier', 'password'],
  get_user: ['identifier'],
  create: ['user'],
  verify: ['email'],
  change_password: ['email', 'new_password'],
  change_email: ['email', 'new_email', 'verified'],
  change_username: ['username', 'new_username'],
  change_phone_number: ['phone_number', 'new_phone_number'],
  delete: ['id'],
  list_users: ['cursor'],
} as const

/** The name of an action script. */
export type ScriptName = keyof typeof script_arguments

/** The events that run action scripts. */
export const script_events = [
  'login',
  'sign_up',
  'reset_request',
  'reset_confirmation',
  'verification',
  'password_change',
  'email_change',
  'username_change',
  'phone_number_change',
  'deletion',
] as const

/** The name of a script that events run; `list_users` is run by an administrator only. */
export type EventScript = Exclude<ScriptName, 'list_users'>

/** The name of a script that changes the legacy store. */
export type ChangingScript = Exclude<EventScript, 'login' | 'get_user'>

/** Whether a script changes the legacy store, so that it runs at most once for a request. */
export function changesLegacyStore(script: ScriptName): script is ChangingScript {
  return script !== 'login' && script !== 'get_user' && script !== 'list_users'
}

/** The scripts that the API accepts in `customScripts`, in the order of the OpenAPI document. */
export const scriptNames = Object.keys(script_arguments) as ScriptName[]

/** The most users that `list_users` returns at once. */
export const listed_users_max = 500
