import type { NavEntry } from '../shell/nav-entry'

/** Jobs in the navigation. */
export const jobsNav: NavEntry = { path: 'jobs', label: (t) => t.jobs.title, needs: 'listJobs' }
