import type { Clock } from '../base/clock.ts'
import { sha256 } from '../base/digest.ts'
import { writeJson } from '../store/json-column.ts'
import type { Db } from '../store/tables.ts'

/** What may be asked how often by one subject: an address, or an identifier. */
export type AskingLimit = { what: string; most: number; window_ms: number }

/** Requests for a new password from one address: more would keep the legacy store busy with strangers. */
export const resets_per_address: AskingLimit = { what: 'reset/address', most: 100, window_ms: 600_000 }

/** Requests for a new password under one identifier: more would fill somebody's mailbox. */
export const resets_per_identifier: AskingLimit = { what: 'reset/identifier', most: 10, window_ms: 3_600_000 }

/** Sign-ups from one address. */
export const sign_ups_per_address: AskingLimit = { what: 'sign-up/address', most: 50, window_ms: 60_000 }

/** Log events of attempts that were refused because of a lock: more say nothing new and would fill the store. */
export const locked_events_per_address: AskingLimit = { what: 'locked/address', most: 100, window_ms: 600_000 }

/** Whether a request is within a limit; `just_over` is told once in a window. */
export type Asking = 'within' | 'just_over' | 'over'

/**
 * Counts a request of `subject` against a limit, exactly, however many come at once and to however many processes. The
 * window begins with the first request.
 */
export async function countAsking(
  parts: { db: Db; clock: Clock },
  tenant_id: string,
  limit: AskingLimit,
  subject: string,
): Promise<Asking> {
  const now = parts.clock.now()
  const expires_at = now + limit.window_ms
  const counted = await parts.db
    .insertInto('shield_counters')
    .values({
      tenant_id,
      subject: `asking:${sha256(JSON.stringify([limit.what, subject]))}`,
      description: writeJson({ kind: limit.what }),
      identifier_digest: null,
      failures: 1,
      failure_limit: limit.most,
      started_at: now,
      expires_at,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'subject'])
        .doUpdateSet((row) => ({
          failures: row
            .case()
            .when('shield_counters.expires_at', '<=', now)
            .then(1)
            .else(row('shield_counters.failures', '+', 1))
            .end(),
          expires_at: row
            .case()
            .when('shield_counters.expires_at', '<=', now)
            .then(row.ref('excluded.expires_at'))
            .else(row.ref('shield_counters.expires_at'))
            .end(),
        }))
        .where((row) =>
          row.or([
            row('shield_counters.expires_at', '<=', now),
            row('shield_counters.failures', '<=', row.ref('shield_counters.failure_limit')),
          ]),
        ),
    )
    .returning('failures')
    .executeTakeFirst()
  if (!counted) return 'over'
  return counted.failures > limit.most ? 'just_over' : 'within'
}
