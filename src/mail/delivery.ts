import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { claimOutboxRow, dueOutboxRows, keepWaitingOutboxRows, settleOutboxRow } from '../store/outbox.ts'
import type { Db, OutboxTable } from '../store/tables.ts'
import { openMessage, purgeOutbox, type MailContent, type MailSealer } from './outbox.ts'
import { createSmtp, type SendResult, type Smtp } from './smtp.ts'

/** Mail delivery of this process. */
export type Delivery = {
  /** Says that something new waits. Returns at once. */
  wake(): void
  /** Stops; sends under way get five seconds to end, and are tried again later by whoever runs then. */
  close(): Promise<void>
}

/** What delivery needs. Without `smtp_url` mail is kept in the outbox and nothing is sent. */
export type DeliveryDeps = {
  db: Db
  clock: Clock
  sealer: MailSealer
  log: ProcessLog
  smtp_url: string | undefined
  mail_from: string
}

const lanes = 5
const look_every_ms = 5_000
const purge_every_ms = 60_000
const send_deadline_ms = 60_000
// Longer than a send may take: a claim that runs out belongs to a process that died.
const lease_ms = 150_000
const stop_grace_ms = 5_000
// A command that runs for a moment without WHERRY_SMTP_URL must not take from the servers what waits for them.
const newcomer_ms = 60_000

/** Pauses after the first, second, … failed attempt. When they are used up the message has failed. */
const pauses_ms = [10_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000]

function afterFailure(row: OutboxTable, result: SendResult & { sent: false }, now: number) {
  const pause_ms = result.final ? undefined : pauses_ms[row.attempts - 1]
  const again = pause_ms !== undefined && now + pause_ms < row.expires_at
  return { status: again ? 'waiting' : 'failed', next_attempt_at: now + (pause_ms ?? 0), last_error: result.error }
}

function openedOrNothing(sealer: MailSealer, row: OutboxTable): MailContent | undefined {
  try {
    return openMessage(sealer, row)
  } catch {
    return undefined
  }
}

async function attempt(deps: DeliveryDeps, smtp: Smtp, seen: OutboxTable, stopped: AbortSignal): Promise<void> {
  const { db, clock, sealer, log } = deps
  if (!(await claimOutboxRow(db, seen, clock.now() + lease_ms))) return
  const row = { ...seen, attempts: seen.attempts + 1 }
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(send_deadline_ms)])
  const content = openedOrNothing(sealer, row)
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
  log.warn({ ...about, reason: result.error }, end.status === 'failed' ? 'mail given up' : 'mail not sent yet')
}

async function deliverDue(deps: DeliveryDeps, smtp: Smtp, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    const due = await dueOutboxRows(deps.db, deps.clock.now(), 50)
    if (due.length === 0) return
    const lane = async (): Promise<void> => {
      for (let row = due.shift(); row !== undefined && !stopped.aborted; row = due.shift()) {
        await attempt(deps, smtp, row, stopped)
      }
    }
    // A lane that fails leaves the others to end what they hold.
    const ends = await Promise.allSettled(Array.from({ length: lanes }, lane))
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }
}

/**
 * Starts delivering what waits in the outbox of every tenant, what earlier processes left included, and
 * deleting what has expired. Several processes may do so on one store: each message is sent by one of them.
 * A message is sent again only when a process dies between the server's yes and our note of it.
 */
export function startDelivery(deps: DeliveryDeps): Delivery {
  const smtp = deps.smtp_url === undefined ? undefined : createSmtp(deps.smtp_url, deps.mail_from)
  const stopping = new AbortController()
  const started_at = deps.clock.now()
  let closed = false
  let awake = false
  let running: Promise<void> | undefined
  let purged_at = Number.NEGATIVE_INFINITY

  const round = async (): Promise<void> => {
    if (smtp) await deliverDue(deps, smtp, stopping.signal)
    const now = deps.clock.now()
    if (!smtp) await keepWaitingOutboxRows(deps.db, now - started_at < newcomer_ms ? started_at : 0)
    if (now - purged_at < purge_every_ms) return
    purged_at = now
    await purgeOutbox(deps.db, now)
  }
  const run = async (): Promise<void> => {
    while (awake && !closed) {
      awake = false
      try {
        await round()
      } catch (error) {
        deps.log.error({ work: 'mail delivery', err: error }, 'mail delivery failed; it tries again')
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

  const timer = setInterval(wake, look_every_ms)
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
