import { countText, counted } from '../base/count-text.ts'
import type { MigrationHealth, MigrationSummary } from '../contract/migration-record.ts'
import { outcomes } from '../contract/outcomes.ts'
import { percentText } from './text-table.ts'

const is_or_are = (count: number): string => (count === 1 ? 'is' : 'are')

const failed_outcomes = new Set<string>(
  Object.entries(outcomes).flatMap(([name, { script_failure }]) => (script_failure === null ? [] : [name])),
)

function rest({ states }: MigrationSummary): string[] {
  const { unseen, seen, reset_pending, refused, deleted } = states
  return [
    ...(unseen > 0 ? [`${countText(unseen)} ${is_or_are(unseen)} known from the directory only`] : []),
    ...(seen > 0 ? [`${countText(seen)} ${seen === 1 ? 'was' : 'were'} seen and did not move`] : []),
    ...(reset_pending > 0 ? [`${countText(reset_pending)} ${is_or_are(reset_pending)} choosing a new password`] : []),
    ...(refused > 0 ? [`${countText(refused)} ${is_or_are(refused)} refused as they are`] : []),
    ...(deleted > 0 ? [`${countText(deleted)} ${deleted === 1 ? 'was' : 'were'} deleted here`] : []),
  ]
}

/** The migration of a connection in a sentence. */
export function describeMigration(summary: MigrationSummary): string {
  const { mode, users, records, states } = summary
  if (mode === 'legacy')
    return `legacy mode: the scripts decide on each login, and ${counted(users, 'profile')} ${is_or_are(users)} cached here.`
  const known = records - states.deleted
  if (records === 0)
    return mode === 'local'
      ? `local, with ${counted(users, 'user')}.`
      : `import mode: no legacy user was seen yet; ${counted(users, 'user')} here.`
  const moved = `${countText(states.migrated)} of ${counted(known, 'known legacy user')} (${percentText(states.migrated, known)}) moved`
  const today = summary.days.at(-1)?.migrated ?? 0
  const parts = [`${moved}, ${countText(today)} of them today`, ...rest(summary)]
  return `${mode} mode: ${parts.join('; ')}.`
}

/** The directory of a connection in a line; none for a local one without a directory. */
export function describeDirectory({ mode, directory }: MigrationSummary): string[] {
  const { loaded, loaded_at = '', records = 0, gone = 0, discovered = 0 } = directory
  if (!loaded) return mode === 'import' ? ['  directory     none was loaded: who has not come yet is unknown'] : []
  return [
    `  directory     ${counted(records, 'user')}, ${countText(gone)} of them gone, and ${countText(discovered)} discovered; loaded at ${loaded_at}`,
  ]
}

/** The state of a legacy store in a sentence. */
export function describeHealth(health: MigrationHealth): string {
  const {
    status,
    outcomes: counts,
    window_s,
    circuit,
    circuit_open_until,
    last_success_at,
    last_failure,
    last_failure_at,
  } = health
  const minutes = `in the last ${window_s / 60} minutes`
  const breaker =
    circuit === 'closed'
      ? ''
      : ` The circuit breaker is ${circuit === 'open' ? `open until ${circuit_open_until ?? 'its next probe'}` : 'probing the legacy store'}: logins of users who have not moved answer 503.`
  const entries = Object.entries(counts)
  const failed = entries.reduce((sum, [name, count]) => sum + (failed_outcomes.has(name) ? count : 0), 0)
  const all = entries.reduce((sum, [, count]) => sum + count, 0)
  const failure = last_failure === undefined ? '' : `, the last with ${last_failure} at ${last_failure_at ?? ''}`
  const texts: Record<MigrationHealth['status'], string> = {
    idle: `no login asked it ${minutes}.`,
    ok: `it answers; the last time at ${last_success_at ?? ''}.`,
    degraded: `${countText(failed)} of ${counted(all, 'login')} ${minutes} failed because of it or of a script${failure}.`,
    failing: `the last five logins that asked it failed${failure}.`,
  }
  return `${status}: ${texts[status]}${breaker}`
}
