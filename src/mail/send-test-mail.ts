import { defined } from '../base/defined.ts'
import { escapeHtml } from '../base/escape-html.ts'
import { randomAlphanumeric } from '../base/ids.ts'
import { configuredMailServer, type EmailProviderDeps } from './email-provider.ts'
import { sendOver, type TenantDeliveryDeps } from './tenant-delivery.ts'

/** The dependencies of test mails. */
export type SendTestMailDeps = Pick<EmailProviderDeps, 'db' | 'sealer'> &
  Pick<TenantDeliveryDeps, 'mail_from'> & { tenant_connections: TenantDeliveryDeps['connect'] }

/** The result of a test mail. `server_text`: what the mail server answered. */
export type SentTestMail = { is_sent: boolean; error?: string; server_text?: string; duration_ms: number }

const limit_ms = 20_000

/**
 * Sends a fixed text with the mail service of a tenant, also with one that is off, and waits for the answer of its mail server, for 20 s.
 *
 * @throws {Refusal} `inexistent_email_provider`
 */
export async function sendTestMail(
  deps: SendTestMailDeps,
  tenant: { tenant_id: string; name: string },
  to: string,
): Promise<SentTestMail> {
  const server = await configuredMailServer(deps, tenant.tenant_id)
  const send = sendOver({ connect: deps.tenant_connections, mail_from: deps.mail_from }, tenant.tenant_id, server)
  const text = `This is a test of the mail service of ${tenant.name}. It works: this mail was sent with it.`
  const content = {
    to,
    subject: `Test of the mail service of ${tenant.name}`,
    text,
    html: `<p>${escapeHtml(text)}</p>`,
  }
  const began_at = performance.now()
  const result = await send(`test_${randomAlphanumeric(24)}`, content, AbortSignal.timeout(limit_ms))
  const duration_ms = Math.round(performance.now() - began_at)
  if (result.sent) return { is_sent: true, duration_ms }
  return { is_sent: false, error: result.error, ...defined({ server_text: result.server_text }), duration_ms }
}
