import { maskUrl } from '../base/mask-url.ts'
import type { LogStream } from '../contract/log-stream.ts'
import type { TenantSettings } from '../contract/tenant-settings.ts'
import type { BearerToken } from './authorize-route.ts'

const mask = '*****'

/** A log stream as it is shown to a caller: who may not change it sees no values of headers, and what may be a token in its address masked. */
export function streamFor<S extends Pick<LogStream, 'sink'>>({ scopes }: BearerToken, stream: S): S {
  if (scopes.has('update:log_streams')) return stream
  const { httpEndpoint, httpCustomHeaders, ...sink } = stream.sink
  const headers = httpCustomHeaders?.map(({ header }) => ({ header, value: mask }))
  return {
    ...stream,
    sink: { ...sink, httpEndpoint: maskUrl(httpEndpoint), ...(headers && { httpCustomHeaders: headers }) },
  }
}

/** The settings of a tenant as they are shown to a caller: who may not change them sees the address of the webhook without what may be a token. */
export function settingsFor({ scopes }: BearerToken, settings: TenantSettings): TenantSettings {
  const { text_message_webhook: webhook } = settings
  if (!webhook || scopes.has('update:tenant_settings')) return settings
  return { ...settings, text_message_webhook: { url: maskUrl(webhook.url) } }
}
