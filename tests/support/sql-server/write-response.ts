/** Writes the tokens of responses (TDS 7.4, MS-TDS). */
import { days_1900_to_1970, days_to_1970, guid_bytes, ms_per_day } from './wire-forms.ts'
import type { SqlServerError, SqlType, SqlValue, TypeName } from './values.ts'

/** A column of a result. */
export type ResultColumn = { name: string; type: SqlType }

const no_length = 0xff_ff
// SQL_Latin1_General_CP1_CI_AS.
const collation = Buffer.from([0x09, 0x04, 0xd0, 0x00, 0x34])

const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const shortText = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'utf16le')])
const token = (id: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([id]), u16(body.length), body])
}

const done_tokens = { done: 0xfd, done_proc: 0xfe, done_in_proc: 0xff }

/** The end of a statement (`done_in_proc` within a call), of a call or of a batch. */
export function doneToken(
  kind: keyof typeof done_tokens,
  {
    count,
    is_error = false,
    is_attention = false,
  }: { count?: number; is_error?: boolean; is_attention?: boolean } = {},
): Buffer {
  const status = (is_error ? 2 : 0) | (count === undefined ? 0 : 0x10) | (is_attention ? 0x20 : 0)
  return Buffer.concat([
    Buffer.from([done_tokens[kind]]),
    u16(kind === 'done_in_proc' ? status | 1 : status),
    u16(0),
    u32(count ?? 0),
    u32(0),
  ])
}

/** The return value 0 of a procedure. */
export const returnStatusToken = (): Buffer => Buffer.concat([Buffer.from([0x79]), u32(0)])

/** An error with its number. Class 16 is an error that the user can correct, 14 one of permission. */
export function errorToken(error: SqlServerError, severity = 16): Buffer {
  const message = error.message.slice(0, 2000)
  const text = Buffer.concat([u16(message.length), Buffer.from(message, 'utf16le')])
  return token(0xaa, u32(error.number), Buffer.from([1, severity]), text, shortText('test'), shortText(''), u32(1))
}

/** A change of the session: 1 database, 4 packet size (texts), 8 to 10 transaction begun, committed, rolled back (bytes). */
export function environmentToken(kind: number, value: string | Buffer, before: string | Buffer): Buffer {
  const field = (each: string | Buffer): Buffer =>
    typeof each === 'string' ? shortText(each) : Buffer.concat([Buffer.from([each.length]), each])
  return token(0xe3, Buffer.from([kind]), field(value), field(before))
}

/** The acceptance of a login, by TDS 7.4. */
export function loginToken(): Buffer {
  return token(0xad, Buffer.from([1, 0x74, 0, 0, 4]), shortText('Microsoft SQL Server'), Buffer.from([16, 0, 0, 0]))
}

const fixed_sizes: Partial<Record<TypeName, [id: number, size: number]>> = {
  bigint: [0x26, 8],
  int: [0x26, 4],
  smallint: [0x26, 2],
  tinyint: [0x26, 1],
  bit: [0x68, 1],
  float: [0x6d, 8],
  datetime: [0x6f, 8],
  uniqueidentifier: [0x24, 16],
  datetime2: [0x2a, 7],
  datetimeoffset: [0x2b, 7],
}
const sized_types: Partial<Record<TypeName, number>> = {
  nvarchar: 0xe7,
  varchar: 0xa7,
  nchar: 0xef,
  char: 0xaf,
  varbinary: 0xa5,
  binary: 0xad,
}

const bytesPerCharacter = (name: TypeName): number => (name.startsWith('n') ? 2 : 1)

function typeInfo({ name, length }: SqlType): Buffer {
  if (name === 'date') return Buffer.from([0x28])
  const fixed = fixed_sizes[name]
  if (fixed) return Buffer.from(fixed)
  const size = length === undefined ? no_length : length * bytesPerCharacter(name)
  return Buffer.concat([
    Buffer.from([sized_types[name] ?? 0]),
    u16(size),
    name.endsWith('char') ? collation : Buffer.alloc(0),
  ])
}

function writeTime(value: Date, time_bytes: boolean): Buffer {
  const days = Math.floor(value.getTime() / ms_per_day)
  const bytes = Buffer.alloc(8)
  bytes.writeUIntLE((value.getTime() - days * ms_per_day) * 10_000, 0, 5)
  bytes.writeUIntLE(days + days_to_1970, 5, 3)
  return time_bytes ? bytes : bytes.subarray(5)
}

function fixedBytes(value: SqlValue, name: TypeName, size: number): Buffer {
  const bytes = Buffer.alloc(size)
  if (name === 'bigint') bytes.writeBigInt64LE(BigInt(value as number))
  else if (name === 'float') bytes.writeDoubleLE(Number(value))
  else if (name === 'tinyint' || name === 'bit') bytes.writeUInt8(Number(value))
  else if (name === 'uniqueidentifier') {
    const hex = Buffer.from(String(value).replaceAll('-', ''), 'hex')
    for (const [at, from] of guid_bytes.entries()) bytes[at] = hex[from] ?? 0
  } else if (value instanceof Date) {
    const days = Math.floor(value.getTime() / ms_per_day)
    bytes.writeInt32LE(days + days_1900_to_1970)
    bytes.writeUInt32LE(Math.round(((value.getTime() - days * ms_per_day) * 3) / 10), 4)
  } else bytes.writeIntLE(Number(value), 0, size)
  return bytes
}

function valueBytes(value: SqlValue, { name, length }: SqlType): Buffer {
  const fixed = fixed_sizes[name]
  if (fixed || name === 'date') {
    if (value === null) return Buffer.from([0])
    const bytes =
      name === 'datetimeoffset'
        ? Buffer.concat([writeTime(value as Date, true), u16(0)])
        : name === 'datetime2' || name === 'date'
          ? writeTime(value as Date, name === 'datetime2')
          : fixedBytes(value, name, fixed?.[1] ?? 0)
    return Buffer.concat([Buffer.from([bytes.length]), bytes])
  }
  if (value === null) return length === undefined ? Buffer.alloc(8, 0xff) : u16(no_length)
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value), name.startsWith('n') ? 'utf16le' : 'latin1')
  if (length !== undefined) return Buffer.concat([u16(bytes.length), bytes])
  const chunk = bytes.length === 0 ? Buffer.alloc(0) : Buffer.concat([u32(bytes.length), bytes])
  return Buffer.concat([u32(bytes.length), u32(0), chunk, u32(0)])
}

/** The columns and the rows of a result. */
export function resultTokens(columns: ResultColumn[], rows: SqlValue[][]): Buffer {
  const described = columns.map(({ name, type }) => Buffer.concat([u32(0), u16(1), typeInfo(type), shortText(name)]))
  const written = rows.map((row) => {
    const values = columns.map(({ type }, index) => valueBytes(row[index] ?? null, type))
    return Buffer.concat([Buffer.from([0xd1]), ...values])
  })
  return Buffer.concat([Buffer.from([0x81]), u16(columns.length), ...described, ...written])
}
