import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { claimOutboxRow, settleOutboxRow } from '../store/outbox.ts'
import type { Db, OutboxTable } from '../store/tables.ts'
import { openMessage, type MailContent, type MailSealer } from './outbox.ts'
import type { SendResult } from './smtp.ts'

/** The dependencies of one attempt to deliver a message. */
export type AttemptDeps = { db: Db; clock: Clock; sealer: MailSealer; log: ProcessLog }

/** Sends a message. */
export type SendMail = (message_id: string, content: MailContent, signal: AbortSignal) => Promise<SendResult>

const send_timeout_ms = 60_000
// Longer than a send may take: only a process that died leaves a claim that expires.
const claim_ms = 150_000

/** The pauses after the first, second, … failed attempt. After the last one the message has failed. */
const retry_pauses_ms = [10_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000]

function afterFailure(row: OutboxTable, result: SendResult & { sent: false }, now: number) {
  const pause_ms = result.final ? undefined : retry_pauses_ms[row.attempts - 1]
  const retries = pause_ms !== undefined && now + pause_ms < row.expires_at
  return { status: retries ? 'waiting' : 'failed', next_attempt_at: now + (pause_ms ?? 0), last_error: result.error }
}

function tryOpen(sealer: MailSealer, row: OutboxTable): MailContent | undefined {
  try {
    return openMessage(sealer, row)
  } catch {
    return undefined
  }
}

/** Claims a message and sends it, and records the result. Of several processes, one sends it. */
export async function attemptDelivery(
  { db, clock, sealer, log }: AttemptDeps,
  send: SendMail,
  seen: OutboxTable,
  stopped: AbortSignal,
): Promise<void> {
  if (!(await claimOutboxRow(db, seen, clock.now() + claim_ms))) return
  const row = { ...seen, attempts: seen.attempts + 1 }
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(send_timeout_ms)])
  const content = tryOpen(sealer, row)
  const result: SendResult = content
    ? await send(row.message_id, content, signal)
    : { sent: false, final: true, error: 'The message does not open with this sealing key.' }
  const about = { tenant_id: row.tenant_id, message_id: row.message_id, attempt: row.attempts }
  if (result.sent) {
    await settleOutboxRow(db, row, { status: 'sent', next_attempt_at: clock.now(), last_error: null })
    log.debug(about, 'mail sent')
    return
  }
  const end = afterFailure(row, result, clock.now())
  await settleOutboxRow(db, row, end)
  log.warn({ ...about, reason: result.error }, end.status === 'failed' ? 'mail failed' : 'mail not sent yet')
}
