import type { Clock } from '../base/clock.ts'
import type { JsonObject } from '../base/json.ts'
import { newTenantSettings, type TenantSettings, type TenantSettingsChange } from '../contract/tenant-settings.ts'
import type { Db } from '../store/tables.ts'
import { changeSettings } from './change-settings.ts'
import { storedWebhook, textWebhookOf, type StoredWebhookDeps } from './text-webhook.ts'
import type { Tenant } from './tenant.ts'

// Settings that have operations of their own, or a form of their own.
const kept_elsewhere = new Set(['attack_protection', 'branding', 'custom_texts', 'prompts', 'text_message_webhook'])

/** A tenant's settings in the format of the API, with defaults for settings that are not set. */
export function showSettings(tenant: Tenant): TenantSettings {
  const { flags, ...settings } = tenant.settings as TenantSettings
  const own = Object.entries(settings).filter(([name]) => !kept_elsewhere.has(name))
  const webhook = textWebhookOf(tenant)
  return {
    ...newTenantSettings,
    ...Object.fromEntries(own),
    // Without its secret.
    ...(webhook ? { text_message_webhook: { url: webhook.url } } : {}),
    flags: { ...newTenantSettings.flags, ...flags },
  }
}

const in_minutes = [
  ['session_lifetime_in_minutes', 'session_lifetime'],
  ['idle_session_lifetime_in_minutes', 'idle_session_lifetime'],
  ['ephemeral_session_lifetime_in_minutes', 'ephemeral_session_lifetime'],
  ['idle_ephemeral_session_lifetime_in_minutes', 'idle_ephemeral_session_lifetime'],
] as const

function withLifetimesInHours(change: TenantSettingsChange): TenantSettings {
  const settings: Record<string, unknown> = { ...change }
  for (const [minutes, hours] of in_minutes) {
    const value = change[minutes]
    delete settings[minutes]
    if (value !== undefined) settings[hours] = value / 60
  }
  return settings
}

/** Sets the settings that `change` names; of `flags`, only the named ones. */
export async function updateSettings(
  deps: { db: Db; clock: Clock } & StoredWebhookDeps,
  tenant: Tenant,
  { text_message_webhook, ...change }: TenantSettingsChange,
): Promise<TenantSettings> {
  const { flags, ...changed } = withLifetimesInHours(change)
  const { tenant_id } = tenant
  const settings = await changeSettings(deps, tenant_id, (stored) => {
    const webhook =
      text_message_webhook === undefined
        ? {}
        : { text_message_webhook: storedWebhook(deps, { ...tenant, settings: stored }, text_message_webhook) }
    return {
      ...stored,
      ...changed,
      ...webhook,
      ...(flags === undefined ? {} : { flags: { ...(stored as TenantSettings).flags, ...flags } }),
    } as JsonObject
  })
  return showSettings({ ...tenant, settings })
}
