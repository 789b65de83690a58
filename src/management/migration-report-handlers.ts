import type { Clock } from '../base/clock.ts'
import type { MigrationReport } from '../contract/migration-report.ts'
import type { SentFile } from '../contract/route.ts'
import { readReport } from '../migration/report/read-report.ts'
import { reportCsv } from '../migration/report/report-csv.ts'
import { reportHtml } from '../migration/report/report-html.ts'
import type { Searches } from '../store/searches.ts'
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
export function migrationReportHandlers(deps: { db: Db; searches: Searches; clock: Clock }) {
  return {
    async getMigrationReport({ tenant, params, query }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      const report = await readReport(deps, connection)
      const { format = 'json' } = query
      return format === 'json' ? report : fileOf(report, format)
    },
  } satisfies Partial<Handlers>
}
