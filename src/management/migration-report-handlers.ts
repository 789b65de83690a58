import type { Clock } from '../base/clock.ts'
import { defined } from '../base/defined.ts'
import type { MigrationReport } from '../contract/migration-report.ts'
import { Refusal } from '../contract/refusal.ts'
import type { SentFile } from '../contract/route.ts'
import type { KeptCounts } from '../migration/kept-counts.ts'
import { makeReport, readReport, type ReportCounts } from '../migration/report/read-report.ts'
import { reportCsv } from '../migration/report/report-csv.ts'
import { reportHtml } from '../migration/report/report-html.ts'
import type { Snapshots } from '../store/searches.ts'
import type { Db } from '../store/tables.ts'
import { connectionOf } from './connection-handlers.ts'
import type { Handlers } from './handler.ts'

async function* contentOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

const files = {
  html: { type: 'text/html; charset=utf-8', write: reportHtml },
  csv: { type: 'text/csv; charset=utf-8', write: reportCsv },
} as const

function fileOf(report: MigrationReport, format: keyof typeof files): SentFile {
  const { type, write } = files[format]
  return {
    name: `migration-report-${report.created_at.slice(0, 10)}.${format}`,
    type,
    content: contentOf(write(report)),
  }
}

/** Operations on the closing report. */
export function migrationReportHandlers(deps: {
  db: Db
  searches: Snapshots
  clock: Clock
  people_counts: KeptCounts<ReportCounts>
}) {
  return {
    async getMigrationReport({ tenant, params, query }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      const { format = 'json', counts } = query
      if (counts === 'kept') {
        if (format !== 'json') throw new Refusal('invalid_query_string', { message: 'A file has fresh counts only.' })
        const { last, is_counting, error } = await deps.people_counts.read(connection)
        const report = last && makeReport(connection, last)
        return { is_counting, ...defined({ report, error }) }
      }
      const report = await readReport(deps, connection)
      return format === 'json' ? report : fileOf(report, format)
    },
  } satisfies Partial<Handlers>
}
