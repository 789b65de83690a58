import { canonicalIn } from '../connections/identifier-rules.ts'
import type { Clock } from '../base/clock.ts'
import { defined } from '../base/defined.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import { readScriptResult, requireProfile, type ActionScriptResult } from '../connections/action-script-result.ts'
import { maskTexts } from '../connections/mask-texts.ts'
import {
  runSeparately,
  type ActionScriptDeps,
  type ActionScriptInput,
  type SeparateRun,
} from '../connections/run-action-script.ts'
import { outcomes, type Outcome } from '../contract/outcomes.ts'
import { problems } from '../contract/problems.ts'
import type { TriedScript } from '../contract/script-try.ts'
import { readLegacyId } from '../migration/legacy-id.ts'
import { bytesOf } from '../migration/profile-changes.ts'
import { removeSecrets } from '../migration/remove-secrets.ts'
import { checkPasswordLength } from '../passwords/passwords.ts'
import { entriesToAllow } from '../sandbox/egress-policy.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import type { Db } from '../store/tables.ts'
import {
  countFailedAttempt,
  protectedAttempt,
  releaseAttempt,
  reserveAttempt,
  reserveLegacyUser,
  type ProtectedAttempt,
} from './brute-force-protection.ts'
import { checkIdentifier } from './identify.ts'
import { loginLimits } from '../tenants/attack-protection.ts'
import { requireTenant } from '../tenants/manage-tenants.ts'
import { createTenantLimit } from './tenant-limit.ts'
import { readFinding, type Finding } from './try-finding.ts'
import { readListing } from './try-listing.ts'
import { readTryInput, type TryRequest } from './try-input.ts'

/** What a try found. `message`: the text of the script or of a decision about why the login is refused. */
export type TriedRun = Omit<TriedScript, 'shown_text'> & { message?: string }

/** The dependencies of trying scripts. */
export type TryScriptDeps = Omit<ActionScriptDeps, 'scripts'> & {
  scripts: Pick<ScriptRuntime, 'run' | 'discard'>
  db: Db
  clock: Clock
}

const withinLimit = createTenantLimit(4, 'tried scripts')

// The arguments were checked.
const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '')

const shown_bytes_max = 64

/** A value in which a longer buffer has its length in place of its bytes. */
function withoutBytes(value: JsonValue): JsonValue {
  const bytes = bytesOf(value)
  if (bytes && bytes.length > shown_bytes_max) return { type: 'Buffer', length: bytes.length }
  if (Array.isArray(value)) return value.map(withoutBytes)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutBytes(item)]))
}

/** What the script returned, without what would not be stored because it is a secret. */
function shownResult(value: JsonValue, typed: string | undefined, mask: (text: string) => string): JsonValue {
  const without: JsonObject = removeSecrets({ returned: value }, { path: '', typed_password: typed, dropped: [] })
  return maskTexts(withoutBytes(without['returned'] ?? null), mask)
}

/** The entries of the allow-list that would allow what was refused during a run; undefined where there are none. */
function egressEntries({ egress_failures }: SeparateRun['result']): string[] | undefined {
  const entries = new Set(egress_failures.flatMap(({ message }) => entriesToAllow(message)))
  return entries.size === 0 ? undefined : [...entries]
}

function shownError({ result }: SeparateRun, action: ActionScriptResult): TriedScript['error'] {
  if (result.kind === 'failed') {
    const { name, message, code, line, column } = result.error
    return { name, message, ...defined({ code, line, column, egress_entries: egressEntries(result) }) }
  }
  if (result.kind === 'syntax_error') {
    const { message, line, column } = result
    return { name: 'SyntaxError', message, ...defined({ line, column }) }
  }
  if (action.kind === 'value') return null
  const { line, column } = result.kind === 'no_function' ? result : {}
  return { name: 'Error', message: action.message, ...defined({ line, column, egress_entries: egressEntries(result) }) }
}

const locked_by = { identifier: 'locked', address: 'address_locked' } as const
const locked_problem = { locked: 'too_many_attempts', address_locked: 'address_locked' } as const

function lockedResult(by: keyof typeof locked_by): TriedRun {
  const outcome = locked_by[by]
  const error = { name: 'TooManyAttempts', message: problems[locked_problem[outcome]].message }
  return { outcome, result: null, error, console: [], checks: [], duration_ms: 0 }
}

const countsAsFailure = (outcome: string): boolean =>
  Object.hasOwn(outcomes, outcome) && outcomes[outcome as Outcome].counts_as_failed_attempt

async function runAndRead(
  deps: TryScriptDeps,
  request: TryRequest,
  input: ActionScriptInput,
): Promise<{ tried: TriedRun; action: ActionScriptResult }> {
  const run = await runSeparately(deps, request.connection, input)
  const answer = readScriptResult(run.result)
  const action = requireProfile(input.script, answer)
  const listing =
    input.script === 'list_users' && action.kind === 'value' ? readListing(request.connection, action.value) : undefined
  const finding: Finding = listing ?? (await readFinding(deps, request, action))
  const { outcome, checks } = finding
  const error = shownError(run, action)
  const typed = input.script === 'login' ? textOf(input.args[1]) : undefined
  const tried = {
    outcome,
    result: answer.kind === 'value' ? shownResult(listing ? listing.shown : answer.value, typed, run.mask) : null,
    error,
    ...defined({ message: finding.message ?? error?.message }),
    console: run.console,
    checks: checks.map((check) =>
      check.value === undefined ? check : { ...check, value: withoutBytes(check.value as JsonValue) },
    ),
    duration_ms: run.result.run_ms,
  }
  return { tried, action }
}

/** Runs `login` as a login does: the attempt is reserved before the script runs, and a failure counts, also under the id that it names. */
async function tryLogin(
  deps: TryScriptDeps,
  request: TryRequest,
  input: ActionScriptInput,
  attempt: ProtectedAttempt,
): Promise<TriedRun> {
  const reservation = await reserveAttempt(deps.db, deps.clock, attempt)
  if (reservation.kind === 'locked') return lockedResult(reservation.by)
  try {
    const { tried, action } = await runAndRead(deps, request, input)
    if (!countsAsFailure(tried.outcome)) return tried
    if (action.kind === 'refused' && action.legacy_id !== undefined) {
      const id = readLegacyId(action.legacy_id, request.connection.options.id_namespace)
      const named = 'id' in id ? await reserveLegacyUser(deps, attempt, id.id) : reservation
      if (named.kind === 'locked') return lockedResult(named.by)
    }
    await countFailedAttempt(deps, attempt)
    return tried
  } finally {
    await releaseAttempt(deps.db, attempt)
  }
}

/**
 * Runs a script of a connection once, in a process of its own, and returns its result and what Wherry would do with it. Nothing is
 * stored, and the arguments are in no log. `login` is reserved and counted for brute-force protection like a login, and never clears
 * failures. At most four scripts of a tenant are tried at once.
 *
 * @throws {Refusal} `invalid_body` for arguments that the script does not take, a missing source, and a script that changes the legacy
 *   store without `allow_writes`; `identifier_too_long`, `invalid_request`, `password_too_long`, `too_many_requests`
 */
export async function tryScript(deps: TryScriptDeps, request: TryRequest): Promise<TriedRun> {
  const input = readTryInput(deps, request)
  const { connection, script, caller } = request
  const { tenant_id, connection_id, name, options } = connection
  return await withinLimit(tenant_id, async () => {
    if (script !== 'login') return (await runAndRead(deps, request, input)).tried
    const typed = textOf(input.args[0]).trim()
    checkIdentifier(typed)
    checkPasswordLength(textOf(input.args[1]))
    const tenant = await requireTenant(deps.db, tenant_id)
    const attempt = protectedAttempt({
      tenant_id,
      connection_id,
      connection: name,
      identifier: canonicalIn(connection, typed),
      ip: caller.ip,
      enabled: options.brute_force_protection !== false,
      limits: loginLimits(tenant, caller.ip),
    })
    return await tryLogin(deps, request, { ...input, args: [typed, input.args[1] ?? null] }, attempt)
  })
}
