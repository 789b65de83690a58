import type { NavEntry } from '../shell/nav-entry'

/** Connections in the navigation. */
export const connectionsNav: NavEntry = {
  path: 'connections',
  label: 'connections',
  needs: 'listConnections',
}
