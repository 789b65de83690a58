import { invalidBody } from '../contract/refusal.ts'
import { entryRefusal } from '../sandbox/egress-policy.ts'
import type { PrivateNetworks } from '../tenants/private-networks.ts'
import type { StoredOptions } from './connection.ts'

/**
 * Checks the new entries of an allow-list, by default that of a connection: refuses an entry for an address that the tenant's scripts may never reach. A host name
 * is not resolved here: its address is checked at each connection.
 *
 * @throws {Refusal} `invalid_body`, naming the entry and the setting
 */
export async function checkNewAllowEntries(
  mayReachPrivateNetworks: PrivateNetworks,
  tenant_id: string,
  given: Pick<StoredOptions, 'egress'>,
  stored: Pick<StoredOptions, 'egress'> = {},
  property = 'options.egress.allow',
): Promise<void> {
  const known = stored.egress?.allow ?? []
  const added = (given.egress?.allow ?? []).filter((entry) => !known.includes(entry))
  if (added.length === 0) return
  const private_networks = await mayReachPrivateNetworks(tenant_id)
  for (const entry of added) {
    const refusal = entryRefusal(entry, private_networks)
    if (refusal !== undefined) throw invalidBody(`"${entry}" cannot be allowed in ${property}: ${refusal}`)
  }
}
