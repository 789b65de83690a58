import { invalidBody } from '../contract/refusal.ts'
import { entryRefusal } from '../sandbox/egress-policy.ts'
import type { PrivateNetworks } from '../tenants/private-networks.ts'
import type { StoredOptions } from './connection.ts'

/**
 * Checks the entries of `options.egress.allow` that are new: those that name an address which the tenant's scripts may never reach are
 * refused. What a host name resolves to is decided at each connection.
 *
 * @throws {Refusal} `invalid_body`, naming the entry and the setting
 */
export async function checkEgress(
  mayReachPrivateNetworks: PrivateNetworks,
  tenant_id: string,
  given: Pick<StoredOptions, 'egress'>,
  stored: Pick<StoredOptions, 'egress'> = {},
): Promise<void> {
  const known = stored.egress?.allow ?? []
  const added = (given.egress?.allow ?? []).filter((entry) => !known.includes(entry))
  if (added.length === 0) return
  const private_networks = await mayReachPrivateNetworks(tenant_id)
  for (const entry of added) {
    const refusal = entryRefusal(entry, private_networks)
    if (refusal !== undefined) throw invalidBody(`"${entry}" cannot be allowed in options.egress.allow: ${refusal}`)
  }
}
