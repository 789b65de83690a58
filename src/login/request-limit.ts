import type { Clock } from '../base/clock.ts'
import { digestText } from '../base/digest.ts'
import { writeJson } from '../store/json-column.ts'
import type { Db } from '../store/tables.ts'

/** A limit on requests of one kind per subject, which is an address or an identifier. `window_ms` begins with the first request. */
export type RequestLimit = { kind: string; max: number; window_ms: number }

/** Requests for a new password from one address. Each of them runs a script against the legacy store. */
export const resets_per_address: RequestLimit = { kind: 'reset/address', max: 100, window_ms: 600_000 }

/** Requests for a new password of one identifier. Each of them may send a mail. */
export const resets_per_identifier: RequestLimit = { kind: 'reset/identifier', max: 10, window_ms: 3_600_000 }

/** Links for a new password that the help desk mails to one address. */
export const links_per_person: RequestLimit = { kind: 'link/person', max: 10, window_ms: 3_600_000 }

/** Text messages with a code to one number. */
export const texts_per_number: RequestLimit = { kind: 'text/number', max: 5, window_ms: 3_600_000 }

/** Text messages that requests from one address cause. */
export const texts_per_address: RequestLimit = { kind: 'text/address', max: 20, window_ms: 3_600_000 }

/** Text messages of one tenant: each costs money. */
export const texts_per_tenant: RequestLimit = { kind: 'text/tenant', max: 1000, window_ms: 3_600_000 }

/** Whether a request is within a limit. `just_over` is returned once per window. */
export type RequestCount = 'within' | 'just_over' | 'over'

/** Counts a request of `subject` against a limit in one atomic statement: the count is exact across processes. */
export async function countRequest(
  deps: { db: Db; clock: Clock },
  tenant_id: string,
  limit: RequestLimit,
  subject: string,
): Promise<RequestCount> {
  const now = deps.clock.now()
  const expires_at = now + limit.window_ms
  const counted = await deps.db
    .insertInto('brute_force_counters')
    .values({
      tenant_id,
      subject: `request:${digestText(JSON.stringify([limit.kind, subject]))}`,
      description: writeJson({ kind: limit.kind }),
      identifier_digest: null,
      failures: 1,
      failure_limit: limit.max,
      reserved: 0,
      reserved_earlier: 0,
      reservation_slot: 0,
      started_at: now,
      expires_at,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'subject'])
        .doUpdateSet((row) => ({
          failures: row
            .case()
            .when('brute_force_counters.expires_at', '<=', now)
            .then(1)
            .else(row('brute_force_counters.failures', '+', 1))
            .end(),
          expires_at: row
            .case()
            .when('brute_force_counters.expires_at', '<=', now)
            .then(row.ref('excluded.expires_at'))
            .else(row.ref('brute_force_counters.expires_at'))
            .end(),
        }))
        .where((row) =>
          row.or([
            row('brute_force_counters.expires_at', '<=', now),
            row('brute_force_counters.failures', '<=', row.ref('excluded.failure_limit')),
          ]),
        ),
    )
    .returning('failures')
    .executeTakeFirst()
  if (!counted) return 'over'
  return counted.failures > limit.max ? 'just_over' : 'within'
}
