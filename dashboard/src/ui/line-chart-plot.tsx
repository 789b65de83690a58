import 'uplot/dist/uPlot.min.css'
import { useElementSize } from '@mantine/hooks'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, type ReactElement } from 'react'
import uPlot from 'uplot'
import { useMessages } from '../messages/use-messages'
import { colourOf, type LineChartProps } from './line-chart'

const day_s = 86_400
// Days between two labels of the axis.
const steps = [1, 2, 7, 14, 30, 90, 365].map((days) => days * day_s)

const resolved = (element: Element, colour: string): string =>
  getComputedStyle(element).getPropertyValue(colour.slice('var('.length, -1)).trim()

/** The drawing of a line chart, decorative beside its table. Use `LineChart`, which loads it. */
export function LineChartPlot({ times, series, marks = [], height = 220 }: LineChartProps): ReactElement {
  const { ref, width } = useElementSize()
  const parent = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  const { language } = useMessages().ui
  useEffect(() => {
    const element = parent.current
    if (!element || width === 0) return undefined
    const text = resolved(element, 'var(--mantine-color-text)')
    const grid = { stroke: resolved(element, 'var(--mantine-color-default-border)'), width: 1 }
    const drawMarks = (plot: uPlot): void => {
      for (const { at } of marks) {
        const x = plot.valToPos(at.getTime() / 1000, 'x', true)
        plot.ctx.fillStyle = resolved(element, 'var(--mantine-color-red-6)')
        plot.ctx.fillRect(x, plot.bbox.top, 1, plot.bbox.height)
      }
    }
    const dayOf = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', timeZone: 'UTC' })
    const plot = new uPlot(
      {
        tzDate: (time_s) => uPlot.tzDate(new Date(time_s * 1000), 'Etc/UTC'),
        width,
        height,
        legend: { show: false },
        cursor: { show: false },
        series: [
          {},
          ...series.map((one, index) => ({ label: one.label, stroke: resolved(element, colourOf(index)), width: 2 })),
        ],
        axes: [
          {
            stroke: text,
            grid,
            incrs: steps,
            values: (_plot, times_s) => times_s.map((time_s) => dayOf.format(time_s * 1000)),
          },
          { stroke: text, grid },
        ],
        hooks: { draw: [drawMarks] },
      },
      [times.map((at) => at.getTime() / 1000), ...series.map(({ values }) => [...values])],
      element,
    )
    return () => plot.destroy()
  }, [times, series, marks, height, width, scheme, language])
  return (
    <div ref={ref} aria-hidden style={{ height }}>
      <div ref={parent} />
    </div>
  )
}
