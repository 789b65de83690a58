import { isJsonObject, type JsonObject } from '../base/json.ts'
import { invalidBody } from '../contract/refusal.ts'
import type { TenantSettingsChange } from '../contract/tenant-settings.ts'
import { refusedUrl } from '../egress/post.ts'
import type { TenantConnections } from '../egress/tenant-connections.ts'
import type { Sealer } from '../keys/sealer.ts'
import { textWebhookAad } from '../store/sealed-aad.ts'
import type { Tenant } from './tenant.ts'

/** The webhook that sends a tenant's text messages; its secret is sealed. */
export type TextWebhook = { url: string; secret_sealed: string }

/** The webhook that sends a tenant's text messages; undefined where the outbox keeps them. */
export function textWebhookOf({ settings }: Pick<Tenant, 'settings'>): TextWebhook | undefined {
  const stored = settings['text_message_webhook']
  if (!isJsonObject(stored)) return undefined
  const { url, secret_sealed } = stored
  return typeof url === 'string' && typeof secret_sealed === 'string' ? { url, secret_sealed } : undefined
}

/** Dependencies of `storedWebhook`. */
export type StoredWebhookDeps = {
  sealer: Pick<Sealer, 'seal'>
  tenant_connections: Pick<TenantConnections, 'isListed'>
}

/**
 * The stored form of a change of the webhook: null removes it. The secret may be left out while the URL stays the same.
 *
 * @throws {Refusal} `invalid_body`
 */
export function storedWebhook(
  { sealer, tenant_connections }: StoredWebhookDeps,
  tenant: Tenant,
  change: NonNullable<TenantSettingsChange['text_message_webhook']> | null,
): JsonObject | null {
  if (change === null) return null
  const { url, secret } = change
  const refused = refusedUrl(tenant_connections, url)
  if (refused !== undefined) throw invalidBody(refused, 'text_message_webhook.url')
  if (secret !== undefined) return { url, secret_sealed: sealer.seal(secret, textWebhookAad(tenant.tenant_id)) }
  const stored = textWebhookOf(tenant)
  if (stored?.url === url) return stored
  throw invalidBody('A new address needs its secret', 'text_message_webhook.secret')
}
