import type { NavEntry } from '../shell/nav-entry'

/** Actions in the navigation. */
export const actionsNav: NavEntry = { path: 'actions', label: 'actions', needs: 'summarizeActions' }
