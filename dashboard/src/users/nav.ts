import type { NavEntry } from '../shell/nav-entry'

/** Users in the navigation. */
export const usersNav: NavEntry = { path: 'users', label: 'users', needs: 'listUsers' }
