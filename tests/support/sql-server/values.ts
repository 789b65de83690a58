/**
 * Values of SQL Server: the types of columns and parameters, how a value of one type becomes one of another (data type precedence,
 * implicit conversion), and how two values compare under a collation that ignores letter case and trailing blanks.
 */

/** A value in a row or a parameter. */
export type SqlValue = string | number | bigint | Date | Buffer | null

const precedence = [
  'datetimeoffset',
  'datetime2',
  'datetime',
  'date',
  'float',
  'bigint',
  'int',
  'smallint',
  'tinyint',
  'bit',
  'uniqueidentifier',
  'nvarchar',
  'nchar',
  'varchar',
  'char',
  'varbinary',
  'binary',
] as const

/** The name of a type. */
export type TypeName = (typeof precedence)[number]

/** A type; the length is in characters or bytes, and undefined for `max` and for types without one. */
export type SqlType = { name: TypeName; length?: number | undefined }

/** An error of the server, with its number (sys.messages). */
export class SqlServerError extends Error {
  readonly number: number
  constructor(number: number, message: string) {
    super(message)
    this.number = number
  }
}

/** The type that a text such as `nvarchar(256)` names. */
export function typeOf(text: string): SqlType {
  const [, name = '', length] = /^(\w+)(?:\((\w+)\))?$/.exec(text.toLowerCase()) ?? []
  const found = precedence.find((known) => known === name)
  if (found === undefined) throw new Error(`the type ${text} is unknown`)
  const is_fixed = found === 'char' || found === 'nchar' || found === 'binary'
  return { name: found, length: length === undefined ? (is_fixed ? 1 : undefined) : Number(length) || undefined }
}

const integers: Partial<Record<TypeName, [bigint, bigint]>> = {
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  smallint: [-(2n ** 15n), 2n ** 15n - 1n],
  tinyint: [0n, 255n],
}
const times = ['datetimeoffset', 'datetime2', 'datetime', 'date']

/** Whether values of a type are texts. */
export const isText = (name: TypeName): boolean => name.endsWith('char')
const isBytes = (name: TypeName): boolean => name.endsWith('binary')

function failed(from: TypeName, value: SqlValue, to: TypeName): SqlServerError {
  if (to === 'uniqueidentifier') {
    return new SqlServerError(8169, 'Conversion failed when converting from a character string to uniqueidentifier.')
  }
  if (times.includes(to)) {
    return new SqlServerError(241, 'Conversion failed when converting date and/or time from character string.')
  }
  const shown = typeof value === 'string' ? value.trim() : String(value)
  return new SqlServerError(245, `Conversion failed when converting the ${from} value '${shown}' to data type ${to}.`)
}

function integerOf(value: SqlValue, from: TypeName, to: TypeName): SqlValue {
  if (value instanceof Date || Buffer.isBuffer(value)) throw failed(from, value, to)
  const text = String(typeof value === 'number' ? Math.trunc(value) : value).trim()
  if (!/^[+-]?\d*$/.test(text)) throw failed(from, value, to)
  const number = BigInt(text.replace('+', '') || 0)
  const [least, most] = integers[to] ?? [0n, 0n]
  if (number < least || number > most) {
    throw new SqlServerError(248, `The conversion of the ${from} value '${text}' overflowed an ${to} column.`)
  }
  return to === 'bigint' ? number : Number(number)
}

function bitOf(value: SqlValue, from: TypeName): SqlValue {
  if (typeof value !== 'string') return Number(value) === 0 ? 0 : 1
  const text = value.trim().toLowerCase()
  if (text === 'true' || text === 'false') return text === 'true' ? 1 : 0
  return Number(integerOf(value, from, 'int')) === 0 ? 0 : 1
}

const guid_form = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?/i

// Characters after the 36th are ignored, as SQL Server does.
function guidOf(value: SqlValue, from: TypeName): SqlValue {
  const match = typeof value === 'string' ? guid_form.exec(value) : null
  if (match?.[1] === undefined) throw failed(from, value, 'uniqueidentifier')
  return match[1].toUpperCase()
}

function textOf(value: SqlValue, from: TypeName, to: TypeName): SqlValue {
  if (value instanceof Date || Buffer.isBuffer(value)) {
    throw new SqlServerError(50_000, `this server does not convert ${from} to ${to}`)
  }
  const text = String(value)
  // Texts in the code page of Latin collations, of which this server has the characters of ISO 8859-1.
  return to === 'varchar' || to === 'char' ? Array.from(text, (each) => (each > '\u00ff' ? '?' : each)).join('') : text
}

/** The value as one of another type. @throws SqlServerError where SQL Server does not convert it */
export function convert(value: SqlValue, from: TypeName, to: TypeName): SqlValue {
  if (value === null || from === to) return value
  if (isText(to)) return textOf(value, from, to)
  if (to === 'bit') return bitOf(value, from)
  if (to === 'uniqueidentifier') return guidOf(value, from)
  if (integers[to]) return integerOf(value, from, to)
  if (to === 'float') {
    const number = Number(typeof value === 'string' ? value.trim() : value)
    if (Number.isNaN(number)) throw failed(from, value, to)
    return number
  }
  if (isBytes(to)) {
    if (Buffer.isBuffer(value)) return value
    throw new SqlServerError(257, `Implicit conversion from data type ${from} to ${to} is not allowed.`)
  }
  if (value instanceof Date) return value
  if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) throw failed(from, value, to)
  return new Date(value)
}

/** The type of two that the other is converted to. */
export function higher(one: TypeName, other: TypeName): TypeName {
  return precedence.indexOf(one) <= precedence.indexOf(other) ? one : other
}

// Letter case is ignored, accents count (SQL_Latin1_General_CP1_CI_AS). Characters that a collation has no weight for are ignored, too.
const collator = new Intl.Collator('en', { sensitivity: 'accent' })
// uniqueidentifier is ordered by its last group first.
const guid_order = (text: string): string =>
  [
    [24, 36],
    [19, 23],
    [14, 18],
    [9, 13],
    [0, 8],
  ]
    .map(([from, to]) => text.slice(from, to))
    .join('')

/** The order of two values of the types: below, at or above 0; null where one is null. @throws SqlServerError */
export function compare(one: SqlValue, of_one: TypeName, other: SqlValue, of_other: TypeName): number | null {
  if (one === null || other === null) return null
  const type = higher(of_one, of_other)
  const [a, b] = [convert(one, of_one, type), convert(other, of_other, type)]
  if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) return Buffer.compare(a, b)
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime()
  if (type === 'uniqueidentifier') return guid_order(String(a)) < guid_order(String(b)) ? -1 : a === b ? 0 : 1
  if (typeof a === 'string' && typeof b === 'string') {
    return collator.compare(a.replace(/ +$/, ''), b.replace(/ +$/, ''))
  }
  return Number(a) - Number(b)
}

/** The value as a column stores it: converted, padded, and refused where it is too long. @throws SqlServerError */
export function stored(value: SqlValue, from: TypeName, column: { name: string; type: SqlType }): SqlValue {
  const { name, length } = column.type
  const converted = convert(value, from, name)
  if (converted === null || length === undefined) return converted
  if (typeof converted === 'string') {
    if (converted.trimEnd().length > length) {
      throw new SqlServerError(2628, `String or binary data would be truncated in column '${column.name}'.`)
    }
    return name === 'char' || name === 'nchar' ? converted.trimEnd().padEnd(length) : converted.slice(0, length)
  }
  if (Buffer.isBuffer(converted)) {
    if (converted.length > length) {
      throw new SqlServerError(2628, `String or binary data would be truncated in column '${column.name}'.`)
    }
    return name === 'binary' ? Buffer.concat([converted, Buffer.alloc(length - converted.length)]) : converted
  }
  return converted
}
