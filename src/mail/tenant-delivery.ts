import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createFairQueue } from '../base/fair-queue.ts'
import { dueOutboxRowsOf, tenantsWithDueMail } from '../store/outbox.ts'
import { attemptDelivery, type AttemptDeps, type SendMail } from './attempt-delivery.ts'
import { mailServerOf, type MailServer } from './email-provider.ts'
import { messageOf, resultOfError } from './smtp.ts'

/** Opens connections to mail servers that tenants choose, where the egress policy allows it. */
export type ConnectToMailServer = {
  /**
   * Opens a connection that breaks with such an error, of the code `EMSGSIZE`, when more than so many bytes are received.
   *
   * @throws an error with the `code` and a message for the tenant
   */
  open(tenant_id: string, target: { host: string; port: number }, limits: { bytes_max: number }): Promise<Duplex>
  /** Whether the operator allows this `host:port` by name: then the connection may be without TLS. */
  isListed(target: { host: string; port: number }): boolean
}

/** The dependencies of delivering mail over the mail services of tenants. */
export type TenantDeliveryDeps = AttemptDeps & { mail_from: string; connect: ConnectToMailServer }

const tenants_at_once = 16
const messages_at_once = 20
// After it, another tenant that waits gets the place.
const turn_ms = 30_000
const tls_from_the_start = 465
// The handshake of TLS and the replies to one message, each a few hundred bytes.
const received_max_bytes = 65_536

/** The message of a connection that the policy refused, or that failed. */
function withReason(error: unknown, refused: { reason: string | undefined }) {
  const result = resultOfError(error)
  return refused.reason === undefined || result.sent ? result : { ...result, error: refused.reason }
}

/** Creates the function that sends mail over a tenant's mail server, by a connection for each message. */
export function sendOver(
  { connect, mail_from }: Pick<TenantDeliveryDeps, 'connect' | 'mail_from'>,
  tenant_id: string,
  { login, from_address }: MailServer,
): SendMail {
  const { host, port, user, pass } = login
  return async (message_id, content, signal) => {
    const refused: { reason: string | undefined } = { reason: undefined }
    const getSocket = (
      _options: unknown,
      done: (error: Error | null, found?: { connection: Socket }) => void,
    ): void => {
      const open = async (): Promise<void> => {
        const opened = await connect
          .open(tenant_id, { host, port }, { bytes_max: received_max_bytes })
          .catch((error: unknown) => {
            if (!(error instanceof Error)) throw error
            return error
          })
        if (!(opened instanceof Error)) {
          opened.once('error', (error: NodeJS.ErrnoException) => {
            if (error.code === 'EMSGSIZE') refused.reason = error.message
          })
          return done(null, { connection: opened as Socket })
        }
        refused.reason = opened.message
        done(opened)
      }
      void open()
    }
    try {
      const from = content.from ?? from_address ?? mail_from
      const { createTransport } = await import('nodemailer')
      const transport = createTransport({
        host,
        port,
        secure: port === tls_from_the_start,
        requireTLS: !connect.isListed({ host, port }),
        ...(user === undefined || pass === undefined ? {} : { auth: { user, pass } }),
        connectionTimeout: 10_000,
        greetingTimeout: 10_000,
        socketTimeout: 30_000,
        getSocket,
      })
      await transport.sendMail({ from, ...messageOf(message_id, content, from, signal) })
      return { sent: true }
    } catch (error) {
      return withReason(error, refused)
    }
  }
}

/**
 * Creates the delivery of mail over the mail services of tenants. The messages of a tenant are sent one after another, and tenants take
 * turns: a mail server that does not answer delays its own tenant only.
 */
export function createTenantDelivery(deps: TenantDeliveryDeps, stopped: AbortSignal) {
  const queue = createFairQueue({ at_once: tenants_at_once })
  const pending = new Map<string, Promise<void>>()

  async function deliver(tenant_id: string): Promise<void> {
    const server = await mailServerOf(deps, tenant_id)
    if (!server) return
    const send = sendOver(deps, tenant_id, server)
    const began_at = performance.now()
    while (performance.now() - began_at < turn_ms) {
      const due = await dueOutboxRowsOf(deps.db, tenant_id, deps.clock.now(), messages_at_once)
      if (due.length === 0) return
      for (const row of due) {
        if (stopped.aborted) return
        await attemptDelivery(deps, send, row, stopped)
      }
    }
  }

  return {
    /** Starts to deliver what is due. Returns before it is delivered. */
    async round(): Promise<void> {
      for (const tenant_id of await tenantsWithDueMail(deps.db, deps.clock.now(), 100)) {
        if (pending.has(tenant_id)) continue
        const running = queue
          .add(tenant_id, () => deliver(tenant_id))
          .catch((error: unknown) =>
            deps.log.error({ work: 'mail delivery', err: error }, 'mail delivery failed and will be retried'),
          )
          .finally(() => pending.delete(tenant_id))
        pending.set(tenant_id, running)
      }
    },
    /** Resolves when nothing is being delivered. */
    async idle(): Promise<void> {
      await Promise.all(pending.values())
    },
  }
}
