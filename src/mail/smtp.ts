import { defined } from '../base/defined.ts'
import type { MailContent } from './outbox.ts'

/**
 * The result of one attempt. `error` never contains an address, a subject or a body; `server_text`, what the mail server answered, may quote
 * them, and is neither stored nor logged.
 */
export type SendResult = { sent: true } | { sent: false; final: boolean; error: string; server_text?: string }

/** A pool of connections to a mail server. */
export type Smtp = {
  send(message_id: string, content: MailContent, signal: AbortSignal): Promise<SendResult>
  /** Connects and logs in, and sends nothing. Returns why the mail server cannot be used; undefined where it can. */
  check(): Promise<string | undefined>
  close(): void
}

const smtp_connections_max = 5
const own_service_text =
  "A template of the tenant wrote the message, and the tenant's mail service is off: the server's own mail server does not send it."

// By the error code of nodemailer.
const error_texts: Record<string, string> = {
  ECONNECTION: 'The mail server could not be reached, or closed the connection.',
  ESOCKET: 'The mail server could not be reached, or closed the connection.',
  ECONNREFUSED: 'The mail server refused the connection.',
  ETIMEDOUT: 'The mail server did not answer in time.',
  EDNS: "The mail server's name could not be resolved.",
  ETLS: 'TLS with the mail server failed.',
  EPROTOCOL: 'The mail server gave an answer that is not SMTP.',
  EAUTH: 'The mail server refused the user name or password.',
  ENOAUTH: 'The mail server asks for a user name and password, and none is set.',
  EENVELOPE: 'The mail server refused the sender or the recipient.',
  EMESSAGE: 'The mail server refused the message.',
  EABORT: 'Sending took too long, or the process was stopped.',
}

function field(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined
}

/** The headers and addresses of a message that each mail server gets. */
export function messageOf(message_id: string, content: MailContent, sender: string, signal: AbortSignal) {
  const sender_domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(sender)?.[1] ?? 'localhost'
  return {
    // As an object an address is one address, even with commas and brackets in it (RFC 5322 section 3.4).
    to: { name: '', address: content.to },
    subject: content.subject,
    ...(content.text === '' ? {} : { text: content.text }),
    html: content.html,
    // The same on each attempt, so that a server can recognize a duplicate.
    messageId: `<${message_id}@${sender_domain}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
    signal,
  }
}

const server_text_max = 500

/** The answer of a mail server on one line. */
const serverText = (response: unknown): string | undefined =>
  typeof response === 'string' && response !== ''
    ? response
        .slice(0, server_text_max)
        .replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
        .trim()
    : undefined

/** The result of a failed attempt. Of the server's response only the codes are in `error`: its text may quote the address or the body. */
export function resultOfError(error: unknown): SendResult {
  const code = field(error, 'code')
  const name = typeof code === 'string' && /^[A-Z0-9_]{1,30}$/.test(code) ? code : 'unknown'
  const reply = field(error, 'responseCode')
  const status = typeof reply === 'number' && reply >= 400 && reply <= 599 ? reply : undefined
  const response = field(error, 'response')
  const enhanced =
    typeof response === 'string' ? /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] : undefined
  const codes = [name, status, enhanced].filter((part) => part !== undefined).join(' ')
  // The message is retried after a refused login, which the operator can fix, but not after a refused recipient.
  const final =
    (name === 'EENVELOPE' && status === undefined) || (/^(EENVELOPE|EMESSAGE)$/.test(name) && (status ?? 0) >= 500)
  const text = `${error_texts[name] ?? 'The message could not be sent.'} (${codes})`
  return { sent: false, final, error: text, ...defined({ server_text: serverText(response) }) }
}

/**
 * Creates the pool of connections to the mail server at `smtp_url` (`smtp://` with STARTTLS where the server offers it, or `smtps://`).
 * It connects when there is a message to send.
 *
 * @param mail_from `Name <address>` of the sender
 */
export function createSmtp(smtp_url: string, mail_from: string): Smtp {
  const options = {
    url: smtp_url,
    pool: true,
    maxConnections: smtp_connections_max,
    maxMessages: 100,
    maxRequeues: 0,
    idleTimeout: 30_000,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    dnsTimeout: 10_000,
  } as const
  // The library is loaded for the first message: it takes 4 MiB, and most processes send none.
  const openTransport = async () => (await import('nodemailer')).createTransport(options, { from: mail_from })
  let transport: ReturnType<typeof openTransport> | undefined
  const transporter = () => (transport ??= openTransport())
  return {
    async check() {
      try {
        await (await transporter()).verify()
        return undefined
      } catch (error) {
        const result = resultOfError(error)
        return result.sent ? undefined : result.error
      }
    },
    async send(message_id, content, signal) {
      if (content.own_service_only) return { sent: false, final: true, error: own_service_text }
      try {
        await (await transporter()).sendMail(messageOf(message_id, content, mail_from, signal))
        return { sent: true }
      } catch (error) {
        return resultOfError(error)
      }
    },
    close: () => void transport?.then((pool) => pool.close()),
  }
}
