import type { NavEntry } from '../shell/nav-entry'

/** Rules in the navigation. */
export const rulesNav: NavEntry = { path: 'rules', label: 'rules', needs: 'listRules' }
