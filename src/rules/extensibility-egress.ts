import type { TenantSettings } from '../contract/tenant-settings.ts'
import type { EgressPolicy } from '../sandbox/egress-types.ts'
import type { PrivateNetworks } from '../tenants/private-networks.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** What the rules of a tenant may reach in the network: the setting `extensibility_egress`. */
export async function extensibilityEgress(
  mayReachPrivateNetworks: PrivateNetworks,
  { tenant_id, settings }: Tenant,
): Promise<EgressPolicy> {
  const { extensibility_egress: egress } = settings as Pick<TenantSettings, 'extensibility_egress'>
  return {
    mode: egress?.mode ?? 'open',
    allow: egress?.allow ?? [],
    private_networks: await mayReachPrivateNetworks(tenant_id),
  }
}
