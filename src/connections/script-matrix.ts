import { script_events, type EventScript, type ScriptName } from '../contract/action-scripts.ts'
import { Refusal } from '../contract/refusal.ts'
import { requirePlan, type Tenant } from '../tenants/tenant.ts'
import type { Connection } from './connection.ts'

/** The events that run action scripts, depending on the mode of the connection. */
export type ScriptEvent = (typeof script_events)[number]

/**
 * The scripts of each event, in the order in which they run. Legacy mode runs them for every user. Import mode runs only `login` and
 * `get_user`, for users whom Wherry's store does not have, and never changes the legacy store. Local mode runs no scripts. `sign_up` is also
 * the creation of a user through the Management API. The events that change or delete a user are requests of the Management API.
 */
export const script_matrix = {
  login: { legacy: ['login'], import: ['login'] },
  sign_up: { legacy: ['get_user', 'create', 'login'], import: ['get_user'] },
  reset_request: { legacy: ['get_user'], import: ['get_user'] },
  reset_confirmation: { legacy: ['get_user', 'change_password'], import: ['get_user'] },
  verification: { legacy: ['verify'], import: [] },
  password_change: { legacy: ['change_password'], import: [] },
  email_change: { legacy: ['get_user', 'change_email'], import: ['get_user'] },
  username_change: { legacy: ['change_username'], import: ['get_user'] },
  phone_number_change: { legacy: ['change_phone_number'], import: ['get_user'] },
  deletion: { legacy: ['delete'], import: [] },
} as const satisfies Record<ScriptEvent, Record<'legacy' | 'import', readonly EventScript[]>>

/** The script that decides a login: `get_user` where Wherry verifies the stored hash that it returns. */
export function loginScript({ options }: Pick<Connection, 'options'>): 'login' | 'get_user' {
  return options.verify_password_here === true ? 'get_user' : 'login'
}

/** The scripts that run for an event on a connection, whether it has them or not. */
export function scriptsOf(
  connection: Pick<Connection, 'mode' | 'options'>,
  event: ScriptEvent,
): readonly EventScript[] {
  const { mode } = connection
  if (mode === 'local') return []
  const scripts: readonly EventScript[] = script_matrix[event][mode]
  return scripts.map((script) => (script === 'login' ? loginScript(connection) : script))
}

/** Whether a script runs for an event on a connection. */
export function runsScript(
  connection: Pick<Connection, 'mode' | 'options'>,
  event: ScriptEvent,
  script: EventScript,
): boolean {
  return scriptsOf(connection, event).includes(script)
}

/** The events that run a script on a connection. */
export function eventsOf(connection: Pick<Connection, 'mode' | 'options'>, script: ScriptName): ScriptEvent[] {
  const names: (event: ScriptEvent) => readonly ScriptName[] = (event) => scriptsOf(connection, event)
  return script_events.filter((event) => names(event).includes(script))
}

/** Whether the connection has all scripts that an event runs. */
export function hasScripts(
  connection: Pick<Connection, 'mode' | 'options' | 'scripts_sealed'>,
  event: ScriptEvent,
): boolean {
  return scriptsOf(connection, event).every((script) => connection.scripts_sealed[script] !== undefined)
}

// What a legacy store keeps, for the message about a script that the connection does not have.
const kept: Record<EventScript, string> = {
  login: 'the passwords of this connection are kept elsewhere and cannot be checked',
  get_user: 'the users of this connection are kept elsewhere and cannot be looked up',
  create: 'the users of this connection are kept elsewhere and cannot be created here',
  verify: 'the e-mail addresses of this connection are kept elsewhere and cannot be verified here',
  change_password: 'the passwords of this connection are kept elsewhere and cannot be changed here',
  change_email: 'the e-mail addresses of this connection are kept elsewhere and cannot be changed here',
  change_username: 'the usernames of this connection are kept elsewhere and cannot be changed here',
  change_phone_number: 'the phone numbers of this connection are kept elsewhere and cannot be changed here',
  delete:
    'the users of this connection are kept elsewhere and cannot be deleted there; with local_only=true an owner deletes what is stored here',
}

/**
 * Requires that an event may run its scripts: the plan of the tenant includes the mode and, in legacy mode, the connection has the
 * scripts. Nothing is required of an event without scripts.
 *
 * @throws {Refusal} `plan_required`, `script_missing`
 */
export function requireScripts(tenant: Tenant, connection: Connection, event: ScriptEvent): void {
  const scripts = scriptsOf(connection, event)
  if (scripts.length === 0) return
  requirePlan(tenant, connection.mode === 'import' ? 'import_mode' : 'legacy_mode')
  if (connection.mode !== 'legacy') return
  const missing = scripts.findLast((script) => connection.scripts_sealed[script] === undefined)
  if (missing === undefined) return
  throw new Refusal('script_missing', { message: `${missing} script does not exist: ${kept[missing]}.` })
}
