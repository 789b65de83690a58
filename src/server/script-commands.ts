import { openScript } from '../connections/connection.ts'
import { restoreScriptVersion } from '../connections/restore-script.ts'
import type { SaveConnectionDeps } from '../connections/save-connection.ts'
import { listScriptVersions, type ListVersionsDeps } from '../connections/script-versions.ts'
import { scriptNames, type ScriptName } from '../contract/action-scripts.ts'
import { Refusal } from '../contract/refusal.ts'
import type { TriedScript, TryCheck } from '../contract/script-try.ts'
import type { CallStats, ScriptVersion } from '../contract/script-version.ts'
import { isFailedCall } from '../logs/script-call-stats.ts'
import { tryScript, type TryScriptDeps } from '../login/try-script.ts'
import { showTried } from '../management/show-tried.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { CommandOutput } from './command-options.ts'
import { indexHint } from './index-hint.ts'
import { printable } from './printable.ts'
import type { TryChoice } from './read-try.ts'
import { connectionNamed } from './store-command.ts'

/** The name of a script. @throws {Refusal} where there is none of this name */
export function scriptNamed(name: string): ScriptName {
  const known = scriptNames.find((each) => each === name)
  if (known !== undefined) return known
  throw new Refusal('invalid_request', { message: `--script must be one of ${scriptNames.join(', ')}.` })
}

function describeCheck({ check, field, message, value }: TryCheck): string {
  const what = [field, value === undefined ? undefined : JSON.stringify(value)].filter((part) => part !== undefined)
  return `  ${[check, what.join(' = '), message].filter((part) => part !== undefined && part !== '').join('  ')}`
}

function describeTry({ outcome, result, error, console, checks, duration_ms }: TriedScript, hint: string[]): string {
  const place = error?.line === undefined ? '' : ` (line ${error.line}, column ${error.column ?? 1})`
  const code = error?.code === undefined ? '' : ` [${error.code}]`
  return [
    `${outcome}, in ${duration_ms} ms`,
    ...(error === null ? [] : [printable(`Error: ${error.name}${code}: ${error.message}${place}`)]),
    ...(result === null ? [] : [`Result: ${JSON.stringify(result, null, 2)}`]),
    ...(checks.length === 0 ? [] : ['Checks:', ...checks.map(describeCheck)]),
    ...(console.length === 0
      ? []
      : ['Console:', ...console.map(({ level, text }) => `  ${level}  ${printable(text)}`)]),
    ...hint,
  ].join('\n')
}

const looking_up = new Set<ScriptName>(['login', 'get_user'])
// With a connection of its own, and the verification of a hash.
const slow_from_ms = 500

// A command has no network address: its failures count as those of this machine.
const caller = { ip: '127.0.0.1' }

/** Tries a script of the connection of a name, and describes or prints the result. The status is 1 where the script or the store failed. */
export async function tryChoice(
  deps: TryScriptDeps,
  tenant: Tenant,
  { name, choice, allow_writes, as_json }: { name: string; choice: TryChoice; allow_writes: boolean; as_json: boolean },
): Promise<CommandOutput> {
  const connection = await connectionNamed(deps.db, tenant, name)
  const { script, args, source } = choice
  const run = await tryScript(deps, { connection, script, args, source, allow_writes, caller })
  const tried = showTried(tenant, connection, script, run)
  const has_failed = isFailedCall(tried.outcome) || tried.outcome === 'list_refused'
  const looked_up = looking_up.has(script) ? (source ?? openScript(deps.sealer, connection, script)) : undefined
  const hint = indexHint(looked_up, { took_ms: tried.duration_ms, slow_from_ms, took: 'The call' })
  return { stdout: as_json ? JSON.stringify(tried, null, 2) : describeTry(tried, hint), status: has_failed ? 1 : 0 }
}

/** The calls of a version, such as `120 calls, 3 errors (2.5 %), p50 12 ms, p95 80 ms: found 100, wrong_password 17, script_error 3`. */
function describeCalls({ calls, errors, outcomes, p50_ms, p95_ms }: CallStats): string {
  if (calls === 0) return '0 calls'
  const share = Math.round((1000 * errors) / calls) / 10
  const counts = Object.entries(outcomes)
    .toSorted(([, a], [, b]) => b - a)
    .map(([outcome, count]) => `${outcome} ${count}`)
  return `${calls} calls, ${errors} errors (${share} %), p50 ${p50_ms} ms, p95 ${p95_ms} ms: ${counts.join(', ')}`
}

function describeVersion({ version, saved_at, saved_by, restored_from, is_current, calls }: ScriptVersion): string {
  const { through, user_name, user_id, client_id } = saved_by
  const by = user_name ?? user_id ?? client_id
  const marks = [
    ...(restored_from === undefined ? [] : [`restored from ${restored_from}`]),
    ...(is_current ? ['current'] : []),
  ]
  return [
    [String(version), saved_at, by === undefined ? through : `${through} ${by}`, ...marks].join('\t'),
    `\tall: ${describeCalls(calls.total)}`,
    `\tlast 24 hours: ${describeCalls(calls.last_24_h)}`,
  ].join('\n')
}

/** Lists the versions of a script of the connection of a name, newest first, with their calls, as lines or as JSON. */
export async function describeVersions(
  deps: ListVersionsDeps,
  tenant: Tenant,
  { name, script, as_json }: { name: string; script: ScriptName; as_json: boolean },
): Promise<string> {
  const versions = await listScriptVersions(deps, await connectionNamed(deps.db, tenant, name), script)
  return as_json ? JSON.stringify(versions, null, 2) : versions.map(describeVersion).join('\n')
}

/** Saves the source of an earlier version of a script again, and says so. */
export async function restoreChoice(
  deps: SaveConnectionDeps,
  tenant: Tenant,
  { name, script, version }: { name: string; script: ScriptName; version: number },
): Promise<string> {
  const { tenant_id } = tenant
  const { connection_id } = await connectionNamed(deps.db, tenant, name)
  const restored = { tenant_id, connection_id, script, version, saved_by: { through: 'command' } } as const
  const { script_warnings } = await restoreScriptVersion(deps, restored)
  const done = `The script ${script} of "${name}" has the source of version ${version} again.`
  return [done, ...script_warnings.map(({ message }) => `Warning: ${message}`)].join('\n')
}
