import type { NavEntry } from '../shell/nav-entry'

/** Connections in the navigation. */
export const connectionsNav: NavEntry = {
  path: 'connections',
  label: (t) => t.connections.title,
  needs: 'listConnections',
}
