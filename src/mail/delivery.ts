import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { claimOutboxRow, dueOutboxRows, keepWaitingOutboxRows, settleOutboxRow } from '../store/outbox.ts'
import type { Db, OutboxTable } from '../store/tables.ts'
import { openMessage, type MailContent, type MailSealer } from './outbox.ts'
import { createSmtp, type SendResult, type Smtp } from './smtp.ts'

/** Mail delivery of this process. */
export type Delivery = {
  /** Starts a round of delivery for new mail. Returns at once. */
  wake(): void
  /** Stops. Running sends have five seconds to end; a process that delivers later retries the ones that did not. */
  close(): Promise<void>
}

/** The dependencies of mail delivery. Without `smtp_url` mail is kept in the outbox and nothing is sent. */
export type DeliveryDeps = {
  db: Db
  clock: Clock
  sealer: MailSealer
  log: ProcessLog
  smtp_url: string | undefined
  mail_from: string
}

const concurrent_sends = 5
const poll_interval_ms = 5_000
const send_timeout_ms = 60_000
// Longer than a send may take: only a process that died leaves a claim that expires.
const claim_ms = 150_000
const stop_grace_ms = 5_000
// A process that runs for less, such as a server that was started without WHERRY_SMTP_URL by mistake, keeps only the mail that it wrote
// itself: the rest waits for the other servers, which may have a mail server.
const short_run_ms = 60_000

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

async function attempt(deps: DeliveryDeps, smtp: Smtp, seen: OutboxTable, stopped: AbortSignal): Promise<void> {
  const { db, clock, sealer, log } = deps
  if (!(await claimOutboxRow(db, seen, clock.now() + claim_ms))) return
  const row = { ...seen, attempts: seen.attempts + 1 }
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(send_timeout_ms)])
  const content = tryOpen(sealer, row)
  const result: SendResult = content
    ? await smtp.send(row.message_id, content, signal)
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

async function deliverDue(deps: DeliveryDeps, smtp: Smtp, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    const due = await dueOutboxRows(deps.db, deps.clock.now(), 50)
    if (due.length === 0) return
    const sendFromQueue = async (): Promise<void> => {
      for (let row = due.shift(); row !== undefined && !stopped.aborted; row = due.shift()) {
        await attempt(deps, smtp, row, stopped)
      }
    }
    // When one of them fails, the others still end their sends.
    const results = await Promise.allSettled(Array.from({ length: concurrent_sends }, sendFromQueue))
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }
}

/**
 * Starts the delivery of the waiting messages of every tenant. Several processes may deliver from one store: each message is sent by one of them. A message is sent twice only when a process dies after the mail server accepted it and
 * before the result is recorded.
 */
export function startDelivery(deps: DeliveryDeps): Delivery {
  const smtp = deps.smtp_url === undefined ? undefined : createSmtp(deps.smtp_url, deps.mail_from)
  const stopping = new AbortController()
  const started_at = deps.clock.now()
  let closed = false
  let awake = false
  let running: Promise<void> | undefined

  const round = async (): Promise<void> => {
    if (smtp) await deliverDue(deps, smtp, stopping.signal)
    else await keepWaitingOutboxRows(deps.db, deps.clock.now() - started_at < short_run_ms ? started_at : 0)
  }
  const run = async (): Promise<void> => {
    while (awake && !closed) {
      awake = false
      try {
        await round()
      } catch (error) {
        deps.log.error({ work: 'mail delivery', err: error }, 'mail delivery failed and will be retried')
      }
    }
  }
  const wake = (): void => {
    if (closed) return
    awake = true
    running ??= run().finally(() => {
      running = undefined
      if (awake) wake()
    })
  }

  const timer = setInterval(wake, poll_interval_ms)
  timer.unref()
  wake()
  return {
    wake,
    async close() {
      closed = true
      clearInterval(timer)
      const grace = setTimeout(() => stopping.abort(), stop_grace_ms)
      await running
      clearTimeout(grace)
      smtp?.close()
    },
  }
}
