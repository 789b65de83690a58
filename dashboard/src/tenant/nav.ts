import type { NavEntry } from '../shell/nav-entry'

/** The tenant's own settings in the navigation. */
export const tenantNav: NavEntry = { path: 'tenant', label: 'tenant', needs: 'getTenantSettings' }
