import type { NavEntry } from '../shell/nav-entry'

/** E-mail in the navigation. */
export const emailNav: NavEntry = { path: 'email', label: 'email', needs: 'getEmailProvider' }
