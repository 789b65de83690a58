import 'uplot/dist/uPlot.min.css'
import './valid-locale'
import { useElementSize } from '@mantine/hooks'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, type ReactElement } from 'react'
import uPlot from 'uplot'
import { useMessages } from '../messages/use-messages'
import { colourOf, type LineChartProps } from './line-chart'

const day_s = 86_400
// Days between two labels of the axis.
const steps = [1, 2, 7, 14, 30, 90, 365].map((days) => days * day_s)

// Numbers between two labels of the other axis: what is counted is whole.
const whole_steps = Array.from({ length: 10 }, (_, digits) => [1, 2, 5].map((step) => step * 10 ** digits)).flat()
const label_gap = 20

/** The width of the longest label of an axis, with the tick and the space beside it, in CSS pixels. */
function widthOf(plot: uPlot, labels: readonly string[], axis: number): number {
  const font = plot.axes[axis]?.font
  plot.ctx.font = Array.isArray(font) ? String(font[0]) : (font ?? '')
  return (
    Math.ceil(Math.max(0, ...labels.map((label) => plot.ctx.measureText(label).width)) / devicePixelRatio) + label_gap
  )
}

const resolved = (element: Element, colour: string): string =>
  getComputedStyle(element).getPropertyValue(colour.slice('var('.length, -1)).trim()

/** The drawing of a line chart, decorative beside its table. Use `LineChart`, which loads it. */
export function LineChartPlot({ times, series, marks = [], height = 220 }: LineChartProps): ReactElement {
  const { ref, width } = useElementSize()
  const parent = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  const { language, number } = useMessages().ui
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
          {
            stroke: text,
            grid,
            incrs: whole_steps,
            values: (_plot, counts) => counts.map(number),
            size: (plot_of, labels, axis) => widthOf(plot_of, labels ?? [], axis),
          },
        ],
        hooks: { draw: [drawMarks] },
      },
      [times.map((at) => at.getTime() / 1000), ...series.map(({ values }) => [...values])],
      element,
    )
    return () => plot.destroy()
  }, [times, series, marks, height, width, scheme, language, number])
  return (
    <div ref={ref} aria-hidden style={{ height }}>
      <div ref={parent} />
    </div>
  )
}
