import type { NavEntry } from '../shell/nav-entry'

/** Applications in the navigation. */
export const applicationsNav: NavEntry = {
  path: 'applications',
  label: 'applications',
  needs: 'listClients',
}
