import { isJsonObject, type JsonValue } from '../base/json.ts'
import { openScript, type Connection } from '../connections/connection.ts'
import { loginScript } from '../connections/script-matrix.ts'
import type { ActionScriptInput } from '../connections/run-action-script.ts'
import { changesLegacyStore, script_arguments, type ScriptName } from '../contract/action-scripts.ts'
import { invalidBody } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { Caller } from '../logs/record-event.ts'

/** A script to try: the saved one, or `source`. */
export type TryRequest = {
  connection: Connection
  script: ScriptName
  args: JsonValue[]
  source: string | undefined
  allow_writes: boolean
  caller: Pick<Caller, 'ip'>
}

const types: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  user: isJsonObject,
  verified: (value) => typeof value === 'boolean',
  cursor: (value) => value === null || typeof value === 'string',
}
const type_names: Readonly<Record<string, string>> = {
  user: 'an object',
  verified: 'true or false',
  cursor: 'a string, or null for the first page',
}
const isText = (value: JsonValue): boolean => typeof value === 'string'

/** No message quotes an argument. */
function checkArguments(script: ScriptName, args: JsonValue[]): void {
  const names = script_arguments[script]
  const refuse = (text: string): never => {
    throw invalidBody(text, 'arguments')
  }
  if (args.length !== names.length) {
    refuse(`${script} takes ${names.length} arguments (${names.join(', ')}), not ${args.length}`)
  }
  for (const [at, name] of names.entries()) {
    const fits = types[name] ?? isText
    if (fits(args[at] ?? null)) continue
    refuse(`${name} must be ${type_names[name] ?? 'a string'}`)
  }
}

/**
 * The source and the arguments to run.
 *
 * @throws {Refusal} `invalid_body` for arguments that the script does not take, a missing source, and a script that changes the legacy
 *   store without `allow_writes`
 */
export function readTryInput(deps: { sealer: Sealer }, request: TryRequest): ActionScriptInput {
  const { connection, script, args, allow_writes } = request
  checkArguments(script, args)
  if (changesLegacyStore(script) && !allow_writes) {
    throw invalidBody(
      `${script} can change the legacy store: send true to run it, or give the command --allow-writes`,
      'allow_writes',
    )
  }
  const source = request.source ?? openScript(deps.sealer, connection, script)
  if (source === undefined) {
    const runs_get_user = script === 'login' && loginScript(connection) === 'get_user'
    const hint = runs_get_user ? 'logins of it run get_user' : 'send one'
    throw invalidBody(`The connection has no ${script} script: ${hint}`, 'source')
  }
  return { script, source, args }
}
