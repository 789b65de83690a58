import { isJsonObject, type JsonValue } from '../base/json.ts'
import { changesLegacyStore, script_arguments, type ScriptName } from '../contract/action-scripts.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { ScriptLimits } from '../sandbox/limits.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import type { ScriptCall, ScriptLogLine, ScriptResult } from '../sandbox/script-types.ts'
import type { UnitKey } from '../sandbox/unit-key.ts'
import type { PrivateNetworks } from '../tenants/private-networks.ts'
import { maskHashes } from './mask-hashes.ts'
import { scriptContext } from './script-context.ts'
import { readScriptResult, requireProfile, type ActionScriptResult } from './action-script-result.ts'
import { configurationSecrets, configurationValues } from './configuration-secrets.ts'
import { openConfiguration, openScript, type Connection } from './connection.ts'
import { knownSecrets, secretMask, type KnownSecrets, type Secret } from './secret-mask.ts'

/** The dependencies of running an action script. */
export type ActionScriptDeps = {
  sealer: Sealer
  scripts: Pick<ScriptRuntime, 'run'>
  script_limits: ScriptLimits
  mayReachPrivateNetworks: PrivateNetworks
}

/** A script with its source, and its arguments before the context and the callback. */
export type ActionScriptInput = { script: ScriptName; source: string; args: JsonValue[] }

/**
 * The sandbox unit of a connection: one sandbox process in each process of the server, which is replaced when the connection changes.
 */
export function scriptUnit({ tenant_id, connection_id, version }: Connection): UnitKey {
  return { tenant_id, unit_id: connection_id, version }
}

/** What is masked: `mask` in what admins of every role read, `maskShown` in what people are shown. */
type Masks = Record<'mask' | 'maskShown', (text: string) => string>

const shown_errors = new Set(['UnauthorizedError', 'ValidationError', 'WrongUsernameOrPasswordError'])

/** Masks secrets in the texts of an error and of failed connections. The value that a script returns is not masked. */
function maskResult(unmasked: ScriptResult, masks: Masks): ScriptResult {
  const { mask, maskShown } = masks
  const failures = unmasked.egress_failures.map((failure) => ({ ...failure, message: mask(failure.message) }))
  const result = { ...unmasked, egress_failures: failures }
  if (result.kind === 'saturated' && result.reason !== undefined) return { ...result, reason: mask(result.reason) }
  if (result.kind === 'crashed') return { ...result, reason: mask(result.reason) }
  if (result.kind === 'no_function' || result.kind === 'syntax_error' || result.kind === 'bad_result')
    return { ...result, message: mask(result.message) }
  if (result.kind !== 'failed') return result
  const { error } = result
  const args = error.args?.map((arg) => (typeof arg === 'string' ? maskShown(arg) : arg))
  const is_shown = shown_errors.has(error.name)
  return {
    ...result,
    error: {
      ...error,
      message: is_shown ? maskShown(error.message) : mask(error.message),
      ...(error.code === undefined ? {} : { code: maskShown(error.code) }),
      ...(args === undefined ? {} : { args }),
    },
  }
}

const identifier_names = ['identifier', 'email', 'username', 'phone_number']
const password_names = ['password', 'new_password']

/** The texts that a script receives: its arguments by name, and the members of an object among them. */
function receivedTexts(script: ScriptName, args: JsonValue[]): [name: string, text: string][] {
  const named = script_arguments[script].flatMap((name, index): [string, JsonValue | undefined][] => {
    const value = args[index]
    return isJsonObject(value) ? Object.entries(value) : [[name, value]]
  })
  return named.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))
}

function secretsOf(script: ScriptName, args: JsonValue[]): Secret[] {
  const received = receivedTexts(script, args)
  const textsOf = (names: string[]) => received.flatMap(([name, text]) => (names.includes(name) ? [text] : []))
  const passwords = textsOf(password_names)
  // The credentials of HTTP basic authentication, whose base64 form does not contain the one of the password.
  const credentials = textsOf(identifier_names).flatMap((id) => passwords.map((password) => `${id}:${password}`))
  return [...passwords, ...credentials].map((text) => ({ name: 'password', text }))
}

/** What is masked of a configuration: `values` in what admins of every role read, `secrets` in what people are shown. */
type MaskedConfiguration = Record<'secrets' | 'values', KnownSecrets>

// By the sealed configuration: that of a cached connection stays the same object, and to look for secrets takes longer than to open it.
const of_configurations = new WeakMap<Connection['configuration_sealed'], MaskedConfiguration>()

function maskedConfiguration(connection: Connection, configuration: Record<string, string>): MaskedConfiguration {
  const known = of_configurations.get(connection.configuration_sealed)
  if (known) return known
  const secrets = {
    secrets: knownSecrets(configurationSecrets(configuration)),
    values: knownSecrets(configurationValues(configuration)),
  }
  of_configurations.set(connection.configuration_sealed, secrets)
  return secrets
}

/** A call of a script of a connection, without its unit, and what masks the secrets of its arguments and the configuration. */
async function actionScriptCall(
  deps: ActionScriptDeps,
  connection: Connection,
  { script, source, args }: ActionScriptInput,
): Promise<Omit<ScriptCall, 'unit'> & Masks> {
  const { egress, enable_script_context, verify_password_here } = connection.options
  const configuration = openConfiguration(deps.sealer, connection)
  const of_arguments = secretsOf(script, args)
  const of_configuration = maskedConfiguration(connection, configuration)
  const maskAlso = (known: KnownSecrets): Masks['mask'] => {
    const mask = secretMask(of_arguments, source, known)
    return verify_password_here === true ? (text) => maskHashes(mask(text)) : mask
  }
  return {
    maskShown: maskAlso(of_configuration.secrets),
    script,
    source,
    args,
    configuration,
    mask: maskAlso(of_configuration.values),
    egress: {
      mode: egress?.mode ?? 'open',
      allow: egress?.allow ?? [],
      private_networks: await deps.mayReachPrivateNetworks(connection.tenant_id),
    },
    limits: deps.script_limits,
    retry: !changesLegacyStore(script),
    ...(enable_script_context === true ? { context: scriptContext(connection, script, args) } : {}),
  }
}

/**
 * Runs one action script of a connection. An error of the script is a result, not an exception. Passwords among its arguments and the
 * configuration are masked in its log lines and errors; in an error that the person is shown only the secrets of the configuration. A script that changes the legacy store is not run again where another
 * call ends its process.
 *
 * @param args the arguments of the script before its context and callback
 */
export async function runActionScript(
  deps: ActionScriptDeps,
  connection: Connection,
  script: ScriptName,
  args: JsonValue[],
): Promise<ActionScriptResult> {
  const source = openScript(deps.sealer, connection, script)
  if (source === undefined) {
    return {
      kind: 'failed',
      outcome: 'script_error',
      message: `Please implement the ${script} script for this database connection.`,
      duration_ms: 0,
    }
  }
  const { maskShown, ...call } = await actionScriptCall(deps, connection, { script, source, args })
  const result = await deps.scripts.run({ ...call, unit: scriptUnit(connection) })
  return requireProfile(script, readScriptResult(maskResult(result, { mask: call.mask, maskShown })))
}

/** A run in a process of its own: its result and the lines of its console, with secrets masked, and what masks them elsewhere. */
export type SeparateRun = {
  result: ScriptResult
  console: Pick<ScriptLogLine, 'level' | 'text'>[]
  mask: (text: string) => string
}

let separate_units = 0
const console_lines_max = 100

/** The unit of a run that shares its process with no other call. The sandbox accounts it to the connection. */
export function separateUnit({ tenant_id, connection_id }: Pick<Connection, 'tenant_id' | 'connection_id'>): UnitKey {
  separate_units += 1
  return { tenant_id, unit_id: connection_id, version: -separate_units }
}

/**
 * Runs a source as a script of a connection, with its configuration and its egress rules, in a new process that no other call shares and
 * that is ended afterwards. Nothing is written to the script log; of the console the first 100 lines are answered. Only secrets are masked:
 * who may run a source of their own may read the other values, and needs them to find a fault.
 */
export async function runSeparately(
  deps: ActionScriptDeps & { scripts: Pick<ScriptRuntime, 'discard'> },
  connection: Connection,
  input: ActionScriptInput,
): Promise<SeparateRun> {
  const unit = separateUnit(connection)
  const lines: SeparateRun['console'] = []
  const { maskShown: mask, ...call } = await actionScriptCall(deps, connection, input)
  try {
    const result = await deps.scripts.run({
      ...call,
      mask,
      unit,
      onLog({ level, text }) {
        if (lines.length < console_lines_max) lines.push({ level, text })
      },
    })
    return { result: maskResult(result, { mask, maskShown: mask }), console: lines, mask }
  } finally {
    deps.scripts.discard(unit)
  }
}
