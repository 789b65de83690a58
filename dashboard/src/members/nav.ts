import type { NavEntry } from '../shell/nav-entry'

/** Members in the navigation. */
export const membersNav: NavEntry = { path: 'members', label: 'members', needs: 'listTenantAdmins' }
