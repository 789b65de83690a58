import { Group, Skeleton, Text } from '@mantine/core'
import { Suspense, type ReactElement } from 'react'
import { lazyPart } from './lazy-part'
import { useMessages } from '../messages/use-messages'
import { DataTable } from './data-table'

const Plot = lazyPart(() => import('./line-chart-plot'), 'LineChartPlot')

/** Loads the code of charts before one is shown. */
export const preloadCharts = (): Promise<void> => Plot.preload()

/** A line of a chart; `values` has a number for each time, null where there is none. */
export type Series = { label: string; values: readonly (number | null)[] }

/** Something that happened at a time: an outage, a new version. */
export type ChartMark = { at: Date; label: string }

/** The properties of `LineChart`. `times`: the beginnings of days. */
export type LineChartProps = {
  label: string
  times: readonly Date[]
  series: readonly Series[]
  marks?: readonly ChartMark[]
  height?: number
}

const line_colours = ['blue', 'teal', 'red', 'orange', 'grape'] as const

/** The colour of the line at a place, in both themes. */
export const colourOf = (index: number): string =>
  `var(--mantine-color-${line_colours[index % line_colours.length] ?? 'blue'}-6)`

/** Numbers by day, in UTC. The same numbers are below as a table. */
export function LineChart(props: LineChartProps): ReactElement {
  const t = useMessages().ui
  const { times, series, marks = [], height = 220, label } = props
  const day = (at: Date): string => at.toLocaleDateString(t.language, { dateStyle: 'medium', timeZone: 'UTC' })
  const cell = (value: number | null | undefined): string => (typeof value === 'number' ? t.number(value) : '–')
  return (
    <figure style={{ margin: 0 }} aria-label={label}>
      <Group gap="md">
        {series.map((one, index) => (
          <Text key={one.label} size="sm">
            <span aria-hidden style={{ color: colourOf(index) }}>
              ■{' '}
            </span>
            {one.label}
          </Text>
        ))}
      </Group>
      <Suspense fallback={<Skeleton height={height} />}>
        <Plot {...props} height={height} />
      </Suspense>
      {marks.map((mark) => (
        <Text key={`${mark.at.toISOString()} ${mark.label}`} size="sm" c="dimmed">
          {day(mark.at)}: {mark.label}
        </Text>
      ))}
      <details>
        <summary>{t.numbers}</summary>
        <DataTable
          label={label}
          head={[t.time, ...series.map((one) => one.label)]}
          rows={times.map((at, index) => [day(at), ...series.map(({ values }) => cell(values[index]))])}
        />
      </details>
    </figure>
  )
}
