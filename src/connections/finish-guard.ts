import { isDeepStrictEqual } from 'node:util'
import { scriptNames } from '../contract/action-scripts.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { openConfiguration, openScript, type Connection } from './connection.ts'

type Changed = Pick<Connection, 'options' | 'configuration_sealed' | 'scripts_sealed'>

/** The options by which the scripts and the mode work; the finish changes or wipes them. */
const kept_options = [
  'enabledDatabaseCustomization',
  'import_mode',
  'egress',
  'id_namespace',
  'verify_password_here',
  'password_recipe',
  'enable_script_context',
] as const

const withoutFalse = (value: unknown): unknown => (value === false ? undefined : value)

/**
 * Refuses a change of the scripts or of the mode of a connection whose migration is being finished, or has been.
 *
 * @param what the change, for the message
 * @throws {Refusal} `finish_in_progress`
 */
export function requireNoFinish({ finish_step }: Pick<Connection, 'finish_step'>, what: string): void {
  if (finish_step === null) return
  const way_out =
    finish_step === 'disconnect'
      ? 'The legacy store was disconnected.'
      : 'Roll the finish back first: POST /api/v2/migrations/{connection_id}/finish/rollback.'
  throw new Refusal('finish_in_progress', {
    message: `The migration of this connection is being finished (step ${finish_step}), so that ${what} cannot change. ${way_out}`,
  })
}

/**
 * Refuses a change of a connection, whose migration is being finished, that differs in its scripts, its configuration or its mode: a deploy tool that
 * sends what it has in its files would undo the finish. A change that repeats them is accepted.
 *
 * @throws {Refusal} `finish_in_progress`, with the names of what differs
 */
export function requireKeptByFinish(sealer: Sealer, before: Connection, after: Changed): void {
  if (before.finish_step === null) return
  const changed: Connection = { ...before, ...after }
  const scripts = scriptNames.filter((name) => openScript(sealer, before, name) !== openScript(sealer, changed, name))
  const keeps_configuration = isDeepStrictEqual(openConfiguration(sealer, before), openConfiguration(sealer, changed))
  const options = kept_options.filter(
    (name) => !isDeepStrictEqual(withoutFalse(before.options[name]), withoutFalse(after.options[name])),
  )
  const names = [
    ...scripts.map((name) => `options.customScripts.${name}`),
    ...(keeps_configuration ? [] : ['options.configuration']),
    ...options.map((name) => `options.${name}`),
  ]
  if (names.length > 0) requireNoFinish(before, names.join(', '))
}
