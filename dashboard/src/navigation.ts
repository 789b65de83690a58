// The navigation, in its order. Each folder exports its entry from `nav.ts`.
import { apisNav } from './apis/nav'
import { applicationsNav } from './applications/nav'
import { actionsNav } from './actions/nav'
import { attackProtectionNav } from './attack-protection/nav'
import { auditNav } from './audit/nav'
import { brandingNav } from './branding/nav'
import { connectionsNav } from './connections/nav'
import { emailNav } from './email/nav'
import { getStartedNav } from './get-started/nav'
import { jobsNav } from './jobs/nav'
import { logStreamsNav } from './log-streams/nav'
import { logsNav } from './logs/nav'
import { membersNav } from './members/nav'
import { migrationNav } from './migration/nav'
import { rulesNav } from './rules/nav'
import type { NavGroup } from './shell/nav-entry'
import { tenantNav } from './tenant/nav'
import { usersNav } from './users/nav'

/** The entries of the navigation, in groups. */
export const navigation: readonly NavGroup[] = [
  { label: 'migration', entries: [getStartedNav, connectionsNav, migrationNav] },
  { label: 'users', entries: [usersNav] },
  { label: 'applications', entries: [applicationsNav, apisNav] },
  { label: 'extensibility', entries: [rulesNav, actionsNav] },
  { label: 'monitoring', entries: [logsNav, logStreamsNav, jobsNav, auditNav] },
  { label: 'pages', entries: [emailNav, brandingNav] },
  { label: 'security', entries: [attackProtectionNav] },
  { label: 'tenant', entries: [tenantNav, membersNav] },
]

/** The entries of all groups. */
export const navEntries = navigation.flatMap(({ entries }) => entries)
