import type { NavEntry } from '../shell/nav-entry'

/** Connections in the navigation. */
export const connectionsNav: NavEntry = {
  path: 'connections',
  label: 'connections',
  // The list is that of the migrations, which support reads, too.
  needs: 'getConnection',
}
