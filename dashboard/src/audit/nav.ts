import type { NavEntry } from '../shell/nav-entry'

/** Audit in the navigation. */
export const auditNav: NavEntry = { path: 'audit', label: 'audit', needs: 'listLogs' }
