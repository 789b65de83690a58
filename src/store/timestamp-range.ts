const form =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/

/**
 * The range of time that a timestamp covers at its precision (a year, month, day, minute, second or millisecond), in epoch
 * milliseconds, `to` exclusive. Without a zone the timestamp is in UTC. Undefined for a text that is not a timestamp.
 */
export function timestampRange(text: string): { from: number; to: number } | undefined {
  const match = form.exec(text)
  if (!match) return undefined
  const [, year = '', month, day, hour, minute, second, fraction, zone = 'Z'] = match
  const millis = (fraction ?? '').padEnd(3, '0').slice(0, 3)
  const zoned = zone === 'Z' ? 'Z' : zone.replace(/^(...)(\d\d)$/, '$1:$2')
  const iso = `${year}-${month ?? '01'}-${day ?? '01'}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}.${millis}${zoned}`
  const from = Date.parse(iso)
  if (Number.isNaN(from)) return undefined
  const start = new Date(from)
  if (day !== undefined && zoned === 'Z' && start.getUTCDate() !== Number(day)) return undefined
  if (month === undefined) return { from, to: start.setUTCFullYear(start.getUTCFullYear() + 1) }
  if (day === undefined) return { from, to: start.setUTCMonth(start.getUTCMonth() + 1) }
  const length_ms = hour === undefined ? 86_400_000 : second === undefined ? 60_000 : fraction === undefined ? 1000 : 1
  return { from, to: from + length_ms }
}
