import type { NavEntry } from '../shell/nav-entry'

/** Log streams in the navigation. */
export const logStreamsNav: NavEntry = { path: 'log-streams', label: 'logStreams', needs: 'listLogStreams' }
