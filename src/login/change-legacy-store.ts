import { defined } from '../base/defined.ts'
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { Connection } from '../connections/connection.ts'
import type { ChangingScript } from '../contract/action-scripts.ts'
import { Refusal, type RefusalDetails } from '../contract/refusal.ts'
import { callDetail, type ChangeCall, type LegacyChange, type LegacyStore } from '../migration/legacy-store.ts'
import { isLegacyOutage, legacy_retry_after_s } from './legacy-outage.ts'

/** Dependencies of `changeLegacyStore`. */
export type ChangeLegacyStoreDeps = { legacy: Pick<LegacyStore, 'runChange'> }

/** The reader of a refusal: an administrator, who sees the message of each error of a script, or the user. */
export type RefusalReader = 'admin' | 'user'

/** A change that the legacy store made: the answer of the script, and `details.migration` of the log event. */
export type LegacyChangeMade = { value: JsonValue; migration: JsonObject }

type Failed = Exclude<LegacyChange, { kind: 'done' }>

function scriptCallOf(script: ChangingScript, result: LegacyChange): JsonObject {
  const call = callDetail(script, result)
  if (result.kind === 'done') return call
  if (result.kind === 'not_done') return { ...call, outcome: 'not_done' }
  const outcome = result.kind === 'refused' && !isOwnRefusal(result) ? 'script_error' : result.outcome
  return { ...call, outcome, error: result.message }
}

/** Whether the script refused the change. An error about a password or an unknown user is an answer of `login` only. */
const isOwnRefusal = ({ outcome }: Extract<Failed, { kind: 'refused' }>): boolean =>
  outcome === 'denied_by_script' || outcome === 'refused_by_script'

function refusalOf(script: ChangingScript, result: Failed, reader: RefusalReader): Refusal {
  const script_call = scriptCallOf(script, result)
  if (result.kind === 'not_done') return new Refusal('change_not_made', { script_call })
  if (result.kind === 'failed' && isLegacyOutage(result.outcome)) {
    return new Refusal('legacy_change_unavailable', { script_call, retry_after_s: legacy_retry_after_s })
  }
  if (result.kind === 'refused' && isOwnRefusal(result)) {
    const details: RefusalDetails = { script_call, ...defined({ message: result.message || undefined }) }
    return result.outcome === 'denied_by_script'
      ? new Refusal('change_denied', details)
      : new Refusal('change_refused', { ...details, ...defined({ error: result.code }) })
  }
  const message =
    reader === 'admin' ? `The ${script} script failed: ${result.message}. Nothing was changed here.` : undefined
  return new Refusal('change_failed', { script_call, ...defined({ message }) })
}

/**
 * Runs a script that changes the legacy store, before anything is written here: when it fails nothing has changed here, and a request that
 * is repeated runs it again.
 *
 * @throws {Refusal} `change_denied` and `change_refused` with the script's message, `change_not_made`, `change_failed`,
 *   `legacy_change_unavailable`
 */
export async function changeLegacyStore(
  deps: ChangeLegacyStoreDeps,
  connection: Connection,
  call: ChangeCall,
  reader: RefusalReader,
): Promise<LegacyChangeMade> {
  const result = await deps.legacy.runChange(connection, call)
  if (result.kind !== 'done') throw refusalOf(call.script, result, reader)
  return { value: result.value, migration: scriptCallOf(call.script, result) }
}

/** The details of the log event of a refusal: the call of a script or of actions that led to it. */
export function refusalEventDetails({ details }: Refusal): { details?: JsonObject } {
  const { script_call: migration, action_call } = details
  return migration === undefined && action_call === undefined ? {} : { details: defined({ migration, action_call }) }
}
