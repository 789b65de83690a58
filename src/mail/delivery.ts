import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { dueOutboxRows, keepWaitingOutboxRows } from '../store/outbox.ts'
import type { Db } from '../store/tables.ts'
import { attemptDelivery } from './attempt-delivery.ts'
import type { MailSealer } from './outbox.ts'
import { createSmtp, type Smtp } from './smtp.ts'
import { createTenantDelivery, type ConnectToMailServer } from './tenant-delivery.ts'

/** Mail delivery of this process. */
export type Delivery = {
  /** Starts a round of delivery for new mail. Returns at once. */
  wake(): void
  /** Stops. Running sends have five seconds to end; a process that delivers later retries the ones that did not. */
  close(): Promise<void>
}

/**
 * The dependencies of mail delivery. Without `smtp_url`, mail of tenants without a mail service of their own is kept in the outbox.
 * `connect` opens the connections to the mail services of tenants; without it, their mail waits for a process that has it.
 */
export type DeliveryDeps = {
  db: Db
  clock: Clock
  sealer: MailSealer
  log: ProcessLog
  smtp_url: string | undefined
  mail_from: string
  connect?: ConnectToMailServer
}

const concurrent_sends = 5
const poll_interval_ms = 5_000
const stop_grace_ms = 5_000
// A process that runs for less, such as a server that was started without WHERRY_SMTP_URL by mistake, keeps only the mail that it wrote
// itself: the rest waits for the other servers, which may have a mail server.
const short_run_ms = 60_000

async function deliverDue(deps: DeliveryDeps, smtp: Smtp, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    const due = await dueOutboxRows(deps.db, deps.clock.now(), 50)
    if (due.length === 0) return
    const sendFromQueue = async (): Promise<void> => {
      for (let row = due.shift(); row !== undefined && !stopped.aborted; row = due.shift()) {
        await attemptDelivery(deps, smtp.send, row, stopped)
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
  const of_tenants = deps.connect && createTenantDelivery({ ...deps, connect: deps.connect }, stopping.signal)
  const started_at = deps.clock.now()
  let closed = false
  let awake = false
  let running: Promise<void> | undefined

  const round = async (): Promise<void> => {
    await of_tenants?.round()
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
      await of_tenants?.idle()
      clearTimeout(grace)
      smtp?.close()
    },
  }
}
