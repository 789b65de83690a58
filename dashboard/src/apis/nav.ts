import type { NavEntry } from '../shell/nav-entry'

/** APIs in the navigation. */
export const apisNav: NavEntry = {
  path: 'apis',
  label: 'apis',
  needs: 'listResourceServers',
}
