import { invalidBody } from '../contract/refusal.ts'
import { configuration_value_max, type ConnectionOptions } from '../contract/connection-options.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { SavedBy } from '../contract/script-version.ts'
import { configurationAad } from '../store/sealed-aad.ts'
import type { ConfigurationOrigins, Connection } from './connection.ts'

/** Who set each value after a change: a value that was sealed anew was set now. */
export function originsAfter(
  before: Pick<Connection, 'configuration_sealed' | 'configuration_origins'>,
  after: Record<string, string>,
  set_by: SavedBy,
  set_at: number,
): ConfigurationOrigins {
  const { configuration_sealed: stored, configuration_origins: origins } = before
  const entries = Object.entries(after).map(([name, sealed]) => {
    const is_kept = Object.hasOwn(stored, name) && stored[name] === sealed
    return [name, is_kept ? origins[name] : { set_at, set_by }] as const
  })
  return Object.fromEntries(entries.flatMap(([name, origin]) => (origin === undefined ? [] : [[name, origin]])))
}

// Of names and sealed values, which take a third more than the values. Each call of a script opens and sends them.
const configuration_max = 256 * 1024

const lengthOf = (sealed: Record<string, string>): number =>
  Object.entries(sealed).reduce((sum, [key, value]) => sum + key.length + value.length, 0)

const sealed_form = /^2\.0\$[A-Za-z0-9_-]{38,}$/

/**
 * Seals the values of `configuration` and `bareConfiguration` in the options of a connection. A value that equals the stored sealed one
 * is kept as it is; null removes a key.
 *
 * @throws {Refusal} `invalid_body` for any other sealed value: sealed twice, it would be useless to the scripts; for a value of more than 8,192
 *   characters; and for a configuration that becomes longer than 262,144 characters of names and sealed values
 */
export function sealConfiguration(
  sealer: Sealer,
  connection: { tenant_id: string; connection_id: string; configuration_sealed: Record<string, string> },
  options: ConnectionOptions,
): Record<string, string> {
  const { tenant_id, connection_id, configuration_sealed: stored } = connection
  const sealed: Record<string, string> = {}
  for (const [key, value] of Object.entries({ ...options.configuration, ...options.bareConfiguration })) {
    if (value === null) continue
    if (Object.hasOwn(stored, key) && stored[key] === value) {
      sealed[key] = value
      continue
    }
    if (sealed_form.test(value)) {
      const text = 'This value is sealed and does not belong here; send it in the clear'
      throw invalidBody(text, `options.configuration.${key.slice(0, 100)}`)
    }
    if (value.length > configuration_value_max) {
      const text = `The value has ${value.length} characters; ${configuration_value_max} are allowed`
      throw invalidBody(text, `options.configuration.${key.slice(0, 100)}`)
    }
    sealed[key] = sealer.seal(value, configurationAad(tenant_id, connection_id, key))
  }
  const length = lengthOf(sealed)
  if (length > configuration_max && length > lengthOf(stored)) {
    throw invalidBody(
      `The names and sealed values have ${length} characters; ${configuration_max} are allowed`,
      'options.configuration',
    )
  }
  return sealed
}
