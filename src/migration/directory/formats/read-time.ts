import type { JsonValue } from '../../../base/json.ts'

// Seconds of a time before the year 5138 are fewer.
const seconds_max = 1e11
const iso_form =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)(?: ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?)?$/i
// RFC 4517 section 3.3.13.
const generalized_form = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?Z$/
const never = /^(?:0|never|null|\\N|0000-00-00.*|1754-01-01.*|0001-01-01.*)$/i

function zoneOf(zone: string | undefined): string {
  if (zone === undefined || /^[A-Z]/i.test(zone)) return 'Z'
  const digits = zone.replace(':', '')
  return `${digits.slice(0, 3)}:${digits.slice(3) || '00'}`
}

/**
 * Reads a time in the forms in which exports have one: ISO 8601 with or without a zone (then UTC), generalized time of LDAP, and seconds or
 * milliseconds since 1970.
 *
 * @returns epoch milliseconds; null for a value that means never; undefined for a value of another form
 */
export function readTime(value: JsonValue): number | null | undefined {
  if (typeof value === 'number') {
    if (value <= 0) return null
    return Math.round(value < seconds_max ? value * 1000 : value)
  }
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  if (text === '' || never.test(text)) return null
  if (/^\d{1,14}(?:\.\d+)?$/.test(text) && !/^(?:19|20)\d{12}$/.test(text)) return readTime(Number(text))
  const generalized = generalized_form.exec(text)
  const [, year, month, day, hour, minute, second = '00'] = generalized ?? []
  const [, date, time = '00:00', zone] = iso_form.exec(text) ?? []
  const written = generalized
    ? `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
    : `${date}T${time.replace(',', '.').replace(/(\.\d{3})\d+/, '$1')}${zoneOf(zone)}`
  const at = Date.parse(written)
  return Number.isNaN(at) ? undefined : at
}
