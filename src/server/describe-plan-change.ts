import { planIncludes, type Plan, type PlanFeature } from '../contract/plans.ts'
import type { PlanUse } from '../contract/tenant-progress.ts'

const people = (count: number): string => `${count} ${count === 1 ? 'person' : 'people'}`

const effects: Record<PlanFeature, (use: PlanUse) => string> = {
  import_mode: ({ not_moved, is_complete }) => {
    const who = is_complete
      ? `${people(not_moved)} who ${not_moved === 1 ? 'has' : 'have'} not moved`
      : `those who have not moved, ${people(not_moved)} of them known,`
    return `${who} cannot log in or reset a password, and no one can sign up. Those who have moved log in as before.`
  },
  legacy_mode: ({ users }) =>
    `no one can log in: ${users} ${users === 1 ? 'user' : 'users'} who came by, and everybody else whom the legacy store has.`,
}

/** The names of the connections that use a feature. */
function namesOf({ connections, first }: PlanUse): string {
  const names = first.map(({ name }) => name).join(', ')
  const more = connections - first.length
  return `${connections === 1 ? 'connection' : 'connections'} ${names}${more > 0 ? ` and ${more} more` : ''}`
}

/** What would stop working with another plan, one line for each feature that the plan lacks, the present one has and a connection uses. */
export function lostByPlan(uses: readonly PlanUse[], { from, to }: { from: Plan; to: Plan }): string[] {
  return uses
    .filter(({ feature, connections }) => connections > 0 && planIncludes(from, feature) && !planIncludes(to, feature))
    .map((use) => `${namesOf(use)}: ${effects[use.feature](use)}`)
}
