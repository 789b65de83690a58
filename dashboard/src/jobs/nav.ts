import type { NavEntry } from '../shell/nav-entry'

/** Jobs in the navigation. */
export const jobsNav: NavEntry = { path: 'jobs', label: 'jobs', needs: 'listJobs' }
