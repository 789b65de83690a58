import type { JsonObject } from '../base/json.ts'
import { Refusal } from '../contract/refusal.ts'

/** Seconds after which to repeat a request whose rules or actions could not be run. */
export const not_run_retry_after_s = 5

/** The refusal of a request whose actions the server could not run now. `action_call`: the call, for the log event. */
export function actionsNotRun(action_call: JsonObject): Refusal {
  return new Refusal('overloaded', { action_call, retry_after_s: not_run_retry_after_s })
}
