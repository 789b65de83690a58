import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Eta } from 'eta'
import type { MigrationReport, ReportDay } from '../../contract/migration-report.ts'

const folder = fileURLToPath(new URL('../../../templates/report', import.meta.url))
// <%= %> escapes a value; <%~ %> prints the style sheet as it is.
const eta = new Eta({ views: folder, cache: true })

const chart = { width: 720, height: 260, left: 56, right: 16, top: 16, bottom: 34 } as const

const number = new Intl.NumberFormat('en-US')

const percentOf = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)}\u00a0%`

/** A round number that is not below the greatest value: two steps of it are round, too. */
function ceilingOf(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)))
  return [1, 2, 4, 6, 8, 10].map((step) => step * power).find((each) => each >= value) ?? 10 * power
}

/** Marks on the time axis: the first and the last day, and some between. */
function dayMarks(days: readonly ReportDay[], x: (day: string) => number) {
  const step = Math.max(1, Math.ceil(days.length / 6))
  const last = days.length - 1
  return days.flatMap(({ day }, at) => {
    const is_near_end = at !== last && last - at < step / 2
    const anchor = at === last && at > 0 ? 'end' : 'middle'
    return at === last || (at % step === 0 && !is_near_end) ? [{ day, x: x(day), anchor }] : []
  })
}

/** The curve of those who moved, with outages and versions of scripts on it, in the coordinates of the picture. */
function curveOf(days: readonly ReportDay[]) {
  const [first, last] = [days[0], days.at(-1)]
  if (!first || !last) return undefined
  const { width, height, left, right, top, bottom } = chart
  const [from, to] = [Date.parse(first.day), Date.parse(last.day)]
  const x = (day: string): number =>
    Math.round(left + (to === from ? 0.5 : (Date.parse(day) - from) / (to - from)) * (width - left - right))
  const highest = ceilingOf(last.moved_total)
  const base = height - bottom
  const y = (people: number): number => Math.round(base - (people / highest) * (base - top))
  return {
    ...chart,
    base,
    points: days.map(({ day, moved_total }) => `${x(day)},${y(moved_total)}`).join(' '),
    outages: days.filter(({ outage_calls }) => outage_calls > 0).map(({ day }) => ({ day, x: x(day) })),
    versions: days
      .filter(({ versions }) => versions.length > 0)
      .map(({ day, versions }) => ({ day, versions, x: x(day) })),
    levels: [0, highest / 2, highest].map((people) => ({ people: number.format(people), y: y(people) })),
    marks: dayMarks(days, x),
  }
}

/** The report as a page that needs nothing else: no script, no other file. It is readable in a light and in a dark scheme, and on paper. */
export function reportHtml(report: MigrationReport): string {
  return eta.render('./report', {
    report,
    curve: curveOf(report.days),
    style: readFileSync(new URL('../../../templates/report/report.css', import.meta.url), 'utf8'),
    number: (value: number) => number.format(value),
    percentOf,
  })
}
