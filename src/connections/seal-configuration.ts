import { Refusal } from '../contract/refusal.ts'
import type { ConnectionOptions } from '../contract/connection.ts'
import type { Sealer } from '../keys/sealer.ts'
import { configurationAad } from '../store/sealed-aad.ts'

const sealed_form = /^2\.0\$[A-Za-z0-9_-]{38,}$/

/**
 * What a connection keeps of the `configuration` and `bareConfiguration` in its options, sealed. A value that equals what
 * is kept means "unchanged"; null leaves a key out.
 *
 * @throws {Refusal} `invalid_body` for a sealed value that belongs elsewhere: sealing it again would hide the mistake
 */
export function sealConfiguration(
  sealer: Sealer,
  connection: { tenant_id: string; connection_id: string; configuration_sealed: Record<string, string> },
  options: ConnectionOptions,
): Record<string, string> {
  const { tenant_id, connection_id, configuration_sealed: kept } = connection
  const sealed: Record<string, string> = {}
  for (const [key, value] of Object.entries({ ...options.configuration, ...options.bareConfiguration })) {
    if (value === null) continue
    if (Object.hasOwn(kept, key) && kept[key] === value) {
      sealed[key] = value
      continue
    }
    if (sealed_form.test(value)) {
      const message = `Payload validation error: 'This value is sealed and does not belong here; send it in the clear' on property options.configuration.${key.slice(0, 100)}.`
      throw new Refusal('invalid_body', { message })
    }
    sealed[key] = sealer.seal(value, configurationAad(tenant_id, connection_id, key))
  }
  return sealed
}
