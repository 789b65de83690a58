import type { NavEntry } from '../shell/nav-entry'

/** Logs in the navigation. */
export const logsNav: NavEntry = { path: 'logs', label: 'logs', needs: 'listLogs' }
