import { Skeleton, Text } from '@mantine/core'
import { useMemo, type ReactElement } from 'react'
import type { Answer, Input } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { EmptyState } from '../ui/empty-state'
import { LineChart, type ChartMark } from '../ui/line-chart'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { scriptSaves } from './script-saves'

const days_back = 90
const read_every_ms = 60_000
const marks_max = 8
const day_ms = 86_400_000

type Days = Answer<'getMigrationDays'>['days']

/** The input of the days that the curve shows. */
export const curveInput = (connection_id: string): Input<'getMigrationDays'> => ({ connection_id, days: days_back })

const startOf = (day: string): Date => new Date(`${day}T00:00:00Z`)

/** Moves over time, with the outages of the legacy store and the versions of scripts. */
export function Curve({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().migration
  const { data, error, refetch } = useRead('getMigrationDays', curveInput(connection_id), { every_ms: read_every_ms })
  return (
    <Section title={t.curve}>
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {data ? <DaysChart days={data.days} /> : !error && <Skeleton height={220} />}
    </Section>
  )
}

function DaysChart({ days }: { days: Days }): ReactElement {
  const t = useMessages().migration
  const chart = useMemo(() => {
    const marks = days.flatMap(({ day, outage_calls, versions }): ChartMark[] => [
      ...(outage_calls > 0 ? [{ at: startOf(day), label: t.markOutage(outage_calls) }] : []),
      ...(versions.length > 0 ? [{ at: startOf(day), label: t.markSaves(scriptSaves(versions)) }] : []),
    ])
    const [first] = days
    // The day before the first: a line needs two points.
    const before = first ? [new Date(startOf(first.day).getTime() - day_ms)] : []
    const total_before = first ? [first.moved_total - first.moved] : []
    return {
      times: [...before, ...days.map(({ day }) => startOf(day))],
      series: [
        { label: t.curveTotal, values: [...total_before, ...days.map(({ moved_total }) => moved_total)] },
        { label: t.curveMoved, values: [...before.map(() => 0), ...days.map(({ moved }) => moved)] },
      ],
      marks: marks.slice(-marks_max),
      more: Math.max(0, marks.length - marks_max),
    }
  }, [days, t])
  if (!days.some(({ moved_total }) => moved_total > 0))
    return <EmptyState title={t.curveEmpty} hint={t.curveEmptyHint} />
  return (
    <>
      <LineChart label={t.curve} times={chart.times} series={chart.series} marks={chart.marks} />
      {chart.more > 0 && (
        <Text size="sm" c="dimmed">
          {t.moreMarks(chart.more)}
        </Text>
      )}
    </>
  )
}
