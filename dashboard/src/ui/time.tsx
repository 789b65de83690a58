import { useEffect, useState, type ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'

const steps = [
  { unit: 'second', ms: 1000, below: 60_000 },
  { unit: 'minute', ms: 60_000, below: 3_600_000 },
  { unit: 'hour', ms: 3_600_000, below: 86_400_000 },
  { unit: 'day', ms: 86_400_000, below: 30 * 86_400_000 },
] as const

/** A time in the zone of this browser, with the zone's name: `29 Nov 2026, 14:02:11 CET`. */
export function formatTime(language: string, at: Date): string {
  const options = { dateStyle: 'medium', timeStyle: 'medium' } as const
  const zone = new Intl.DateTimeFormat(language, { timeZoneName: 'short' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')
  return `${at.toLocaleString(language, options)} ${zone?.value ?? ''}`.trim()
}

// How old the moment may be that a relative time is counted from.
const refresh_ms = 10_000

function relative(language: string, at: Date, now: number): string {
  const ahead = at.getTime() - now
  // What happened since then is no future.
  const passed = ahead > 0 && ahead <= refresh_ms ? 0 : -ahead
  const step = steps.find(({ below }) => Math.abs(passed) < below)
  if (!step) return at.toLocaleDateString(language, { dateStyle: 'medium' })
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' })
  return format.format(-Math.round(passed / step.ms), step.unit)
}

/** The time of this moment, again each `every_ms`. */
function useNow(every_ms: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every_ms)
    return () => clearInterval(timer)
  }, [every_ms])
  return now
}

/**
 * A time, in the zone of this browser with the zone's name, and in UTC on hover. `is_relative` says "3 min. ago", and the date alone where
 * that was more than 30 days ago.
 *
 * @param value ISO 8601; undefined is shown as "never"
 */
export function Time({ value, is_relative = false }: { value?: string; is_relative?: boolean }): ReactElement {
  const t = useMessages().ui
  const now = useNow(is_relative ? refresh_ms : 3_600_000)
  if (value === undefined) return <span>{t.never}</span>
  const at = new Date(value)
  const full = formatTime(t.language, at)
  return (
    <time dateTime={value} title={`${full} · ${at.toISOString()} ${t.utc}`}>
      {is_relative ? relative(t.language, at, now) : full}
    </time>
  )
}
