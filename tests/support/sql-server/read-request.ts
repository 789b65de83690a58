/** Reads the messages of clients (TDS 7.4, MS-TDS): a statement and the values of its parameters. */
import { days_1900_to_1970, days_to_1970, guid_bytes, ms_per_day } from './wire-forms.ts'
import { type SqlValue, SqlServerError, type TypeName } from './values.ts'
import type { Typed } from './tables.ts'

/** A statement as a client sent it. */
export type SentStatement = { sql: string; parameters: Map<string, Typed> }

const no_length = 0xff_ff
/** Reads the fields of a message one after the other. */
export class Reader {
  readonly bytes: Buffer
  at: number
  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes
    this.at = at
  }
  take(length: number): Buffer {
    const part = this.bytes.subarray(this.at, this.at + length)
    if (part.length < length) throw new Error('the message is shorter than its fields')
    this.at += length
    return part
  }
  u8 = (): number => this.take(1).readUInt8()
  u16 = (): number => this.take(2).readUInt16LE()
  u32 = (): number => this.take(4).readUInt32LE()
  text = (characters: number): string => this.take(2 * characters).toString('utf16le')
  skipHeaders(): void {
    this.at += this.bytes.readUInt32LE(this.at)
  }
  get is_at_end(): boolean {
    return this.at >= this.bytes.length
  }
}

const integer_types: Record<number, TypeName> = { 1: 'tinyint', 2: 'smallint', 4: 'int', 8: 'bigint' }
const text_types: Record<number, TypeName> = { 0xe7: 'nvarchar', 0xa7: 'varchar', 0xef: 'nchar', 0xaf: 'char' }

/** The bytes of a value of unlimited length: chunks until an empty one. */
function readChunks(reader: Reader): Buffer | null {
  if (reader.take(8).readBigUInt64LE() === 0xff_ff_ff_ff_ff_ff_ff_ffn) return null
  const chunks: Buffer[] = []
  for (let size = reader.u32(); size > 0; size = reader.u32()) chunks.push(reader.take(size))
  return Buffer.concat(chunks)
}

function readSized(reader: Reader, length: number): Buffer | null {
  if (length === no_length) return readChunks(reader)
  const size = reader.u16()
  return size === no_length ? null : reader.take(size)
}

function readInteger(bytes: Buffer): SqlValue {
  if (bytes.length === 1) return bytes.readUInt8()
  return bytes.length === 8 ? bytes.readBigInt64LE() : bytes.readIntLE(0, bytes.length)
}

function readTime(bytes: Buffer, scale: number): Date {
  const time_bytes = scale < 3 ? 3 : scale < 5 ? 4 : 5
  const ms = bytes.readUIntLE(0, time_bytes) / 10 ** (scale - 3)
  return new Date((bytes.readUIntLE(time_bytes, 3) - days_to_1970) * ms_per_day + Math.floor(ms))
}

/** A parameter's type and value. */
function readValue(reader: Reader): Typed {
  const type = reader.u8()
  const sized = (): Buffer | null => {
    const length = reader.u8()
    return length === 0 ? null : reader.take(length)
  }
  const text = text_types[type]
  if (text !== undefined) {
    const length = reader.u16()
    reader.take(5)
    const bytes = readSized(reader, length)
    return { value: bytes && bytes.toString(text.startsWith('n') ? 'utf16le' : 'latin1'), type: text }
  }
  switch (type) {
    case 0x26: {
      const name = integer_types[reader.u8()] ?? 'int'
      const bytes = sized()
      return { value: bytes && readInteger(bytes), type: name }
    }
    case 0x68: {
      reader.u8()
      const bytes = sized()
      return { value: bytes && bytes.readUInt8(), type: 'bit' }
    }
    case 0x6d: {
      const bytes = (reader.u8(), sized())
      return { value: bytes && (bytes.length === 4 ? bytes.readFloatLE() : bytes.readDoubleLE()), type: 'float' }
    }
    case 0x6f: {
      const bytes = (reader.u8(), sized())
      if (bytes === null) return { value: null, type: 'datetime' }
      const days = bytes.readInt32LE() - days_1900_to_1970
      return { value: new Date(days * ms_per_day + Math.round((bytes.readUInt32LE(4) * 10) / 3)), type: 'datetime' }
    }
    case 0x2a:
    case 0x2b: {
      const scale = reader.u8()
      const bytes = sized()
      return { value: bytes && readTime(bytes, scale), type: type === 0x2a ? 'datetime2' : 'datetimeoffset' }
    }
    case 0x24: {
      const bytes = (reader.u8(), sized())
      return { value: bytes && guidOf(bytes), type: 'uniqueidentifier' }
    }
    case 0xa5:
    case 0xad:
      return { value: readSized(reader, reader.u16()), type: 'varbinary' }
    default:
      throw new SqlServerError(50_000, `this server does not read parameters of the type 0x${type.toString(16)}`)
  }
}

function guidOf(bytes: Buffer): string {
  const hex = Buffer.from(guid_bytes.map((at) => bytes[at] ?? 0))
    .toString('hex')
    .toUpperCase()
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** The statement of a batch, which has no parameters. */
export function readBatch(bytes: Buffer): SentStatement {
  const reader = new Reader(bytes)
  reader.skipHeaders()
  return { sql: bytes.toString('utf16le', reader.at), parameters: new Map() }
}

const execute_sql = 10

/** The statement of a call of `sp_executesql`, with its parameters. @throws SqlServerError on any other procedure */
export function readCall(bytes: Buffer): SentStatement {
  const reader = new Reader(bytes)
  reader.skipHeaders()
  const length = reader.u16()
  const procedure = length === no_length ? reader.u16() : reader.text(length)
  reader.u16()
  if (procedure !== execute_sql) {
    throw new SqlServerError(2812, `Could not find stored procedure '${procedure}'.`)
  }
  const values: [string, Typed][] = []
  while (!reader.is_at_end) {
    const name = reader.text(reader.u8())
    reader.u8()
    values.push([name.toLowerCase(), readValue(reader)])
  }
  // The statement and the declarations of its parameters come first.
  const [sql, , ...parameters] = values
  return { sql: String(sql?.[1].value ?? ''), parameters: new Map(parameters) }
}

/** The value of the option for encryption in a prelogin message: 0 off, 1 on, 2 not supported. */
export function clientEncryption(body: Buffer): number {
  for (let at = 0; body[at] !== 0xff && at < body.length; at += 5) {
    if (body[at] === 1) return body[body.readUInt16BE(at + 1)] ?? 0
  }
  return 0
}
