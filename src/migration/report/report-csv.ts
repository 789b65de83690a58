import type { MigrationReport } from '../../contract/migration-report.ts'
import { csvCell } from '../../users/export/export-fields.ts'

type Row = [section: string, name: string, detail: string, value: number | string]

const counted = (section: string, counts: Record<string, number>): Row[] =>
  Object.entries(counts).map(([name, value]) => [section, name, '', value])

function rowsOf(report: MigrationReport): Row[] {
  const { people, users, remaining, drift } = report
  return [
    ['report', 'connection', '', report.connection],
    ['report', 'created_at', '', report.created_at],
    ['report', 'first_record_at', '', report.first_record_at ?? ''],
    ['report', 'last_moved_at', '', report.last_moved_at ?? ''],
    ['people', 'total', '', people.total],
    ...counted('state', people.states),
    ['people', 'listed', '', people.listed],
    ['people', 'discovered', '', people.discovered],
    ['people', 'gone', '', people.gone],
    ...counted('moved_through', report.moved_through),
    ['users', 'total', '', users.total],
    ...counted('arrived_through', users.arrived_through),
    ...report.refused.map(({ outcome, problem, people: count }): Row => ['refused', outcome, problem ?? '', count]),
    ...counted('decision', report.decisions),
    ['drift', 'people', '', drift.people],
    ...counted('drift_field', drift.fields),
    ['remaining', 'total', '', remaining.total],
    ['remaining', 'disabled', '', remaining.disabled],
    ...counted('remaining_by_last_activity', remaining.by_last_activity),
    ...report.days.flatMap(({ day, versions, ...numbers }): Row[] => [
      ...Object.entries(numbers).map(([name, value]): Row => ['day', day, name, value]),
      ...versions.map(({ script, version }): Row => ['day', day, `version of ${script}`, version]),
    ]),
  ]
}

/** The report as CSV: a row for each number, with its section, its name and a detail. */
export function reportCsv(report: MigrationReport): string {
  const rows: (string | number)[][] = [['section', 'name', 'detail', 'value'], ...rowsOf(report)]
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}
