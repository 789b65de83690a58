import type { Messages } from '../messages/en'

/** The pages of the tenant itself, in the order of their tabs. `path` lies below the address of the first. */
export const tenantTabs: readonly { path: string; label: keyof Messages['tenant']['tabs'] }[] = [
  { path: '', label: 'settings' },
  { path: 'plan', label: 'plan' },
  { path: 'signing-keys', label: 'keys' },
  { path: 'network', label: 'network' },
]
