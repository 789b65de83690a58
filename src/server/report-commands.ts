import type { LegacyActivity } from '../contract/legacy-activity.ts'
import { report_formats } from '../contract/migration-report.ts'
import { Refusal } from '../contract/refusal.ts'
import { legacyActivityOf, startLegacyActivity } from '../migration/legacy-activity/legacy-activity.ts'
import { readReport } from '../migration/report/read-report.ts'
import { reportCsv } from '../migration/report/report-csv.ts'
import { reportHtml } from '../migration/report/report-html.ts'
import { printable } from './printable.ts'
import { recordCommand } from './record-command.ts'
import { connectionNamed, countOption, refuse, requireOption, tenantNamed, type StoreCommand } from './store-command.ts'
import { textTable } from './text-table.ts'

const sampling_max_s = 604_800

function activityText(activity: LegacyActivity): string {
  const { state, samples, failed_samples, last_error, missing_grant, programs, ends_at } = activity
  const seen = programs.map(({ program, user, host, database, last_seen_at }) =>
    [program, user, host, database].map(printable).concat(last_seen_at),
  )
  return [
    `${state}: ${samples} samples, ${failed_samples} failed; until ${ends_at}`,
    ...(last_error === undefined ? [] : [`Last failure: ${printable(last_error)}`]),
    ...(missing_grant === undefined ? [] : [`Only some sessions are seen. Missing: ${printable(missing_grant)}`]),
    programs.length === 0
      ? 'No other program was found.'
      : textTable(['PROGRAM', 'USER', 'HOST', 'DATABASE', 'LAST SEEN'], seen),
  ].join('\n')
}

/** The commands for the closing report and for the other programs of a legacy store, by name. */
export const report_commands = {
  report: ({ connection, format = 'json', tenant: tenant_name }) => {
    const name = requireOption(connection, '--connection')
    const wanted = report_formats.find((known) => known === format)
    if (wanted === undefined) return refuse(`--format must be one of ${report_formats.join(', ')}.`)
    return async (deps) => {
      const of = await connectionNamed(deps.db, await tenantNamed(deps.db, tenant_name), name)
      const report = await readReport({ clock: deps.clock, searches: deps.modules().searches }, of)
      if (wanted === 'json') return { stdout: JSON.stringify(report, null, 2) }
      return { stdout: (wanted === 'html' ? reportHtml(report) : reportCsv(report)).trimEnd() }
    }
  },

  'legacy-activity start': ({ connection, duration, tenant: tenant_name }) => {
    const name = requireOption(connection, '--connection')
    const duration_s = countOption(requireOption(duration, '--duration'), '--duration', { most: sampling_max_s }) ?? 0
    if (duration_s < 10) refuse('--duration must be at least 10 seconds.')
    return async (deps) => {
      if (!deps.in_server) return refuse('A sampling runs in a server, and none runs: start it first.')
      const tenant = await tenantNamed(deps.db, tenant_name)
      const of = await connectionNamed(deps.db, tenant, name)
      const job_id = await startLegacyActivity({ ...deps, jobs: deps.modules().jobs }, of, duration_s)
      await recordCommand(deps, tenant, 'legacy-activity start', undefined, { connection: name, job_id })
      return { stdout: `The sampling has begun (job ${job_id}). legacy-activity show prints what it finds.` }
    }
  },

  'legacy-activity show': ({ connection, json, tenant: tenant_name }) => {
    const name = requireOption(connection, '--connection')
    return async (deps) => {
      const of = await connectionNamed(deps.db, await tenantNamed(deps.db, tenant_name), name)
      const activity = await legacyActivityOf(deps.db, of)
      if (!activity) throw new Refusal('inexistent_legacy_activity')
      return { stdout: json === true ? JSON.stringify(activity, null, 2) : activityText(activity) }
    }
  },
} satisfies Record<string, StoreCommand>
