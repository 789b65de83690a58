// The navigation, in its order. Each folder exports its entry from `routes.ts`.
import { auditNav } from './audit/nav'
import { membersNav } from './members/nav'
import { connectionsNav } from './connections/nav'
import { jobsNav } from './jobs/nav'
import { logsNav } from './logs/nav'
import { migrationNav } from './migration/nav'
import type { NavEntry } from './shell/nav-entry'
import { usersNav } from './users/nav'

/** The entries of the navigation. */
export const navigation: readonly NavEntry[] = [
  connectionsNav,
  migrationNav,
  usersNav,
  jobsNav,
  logsNav,
  membersNav,
  auditNav,
]
