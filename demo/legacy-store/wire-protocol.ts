// The part of the PostgreSQL wire protocol that a proxy needs: the boundaries and types of messages. (PostgreSQL documentation, chapter
// "Frontend/Backend Protocol", version 3.0.)

const version_3 = 196608
const cancel_code = 80877102
const ssl_code = 80877103
const gss_code = 80877104

/** One message of a client. `kind` is its type byte; an initial message without one is `startup`, `encryption` or `cancel`. */
export type ClientMessage = { kind: string; bytes: Buffer }

/**
 * Takes the first complete message from `buffer`; undefined where it is incomplete.
 *
 * @param started whether the startup message was received; later messages have a type byte
 * @throws Error when the bytes are not of protocol version 3
 */
export function takeMessage(buffer: Buffer, started: boolean): { message: ClientMessage; rest: Buffer } | undefined {
  const header = started ? 1 : 0
  if (buffer.length < header + 4) return undefined
  const length = header + buffer.readInt32BE(header)
  if (length < header + 4 || length > 1_000_000) throw new Error('not a PostgreSQL client')
  if (buffer.length < length) return undefined
  const bytes = buffer.subarray(0, length)
  return {
    message: { kind: started ? String.fromCharCode(bytes[0] ?? 0) : initialKind(bytes), bytes },
    rest: buffer.subarray(length),
  }
}

function initialKind(bytes: Buffer): string {
  const code = bytes.length >= 8 ? bytes.readInt32BE(4) : 0
  if (code === ssl_code || code === gss_code) return 'encryption'
  if (code === cancel_code) return 'cancel'
  if (code !== version_3) throw new Error('not a PostgreSQL client')
  return 'startup'
}

/** A StartupMessage. */
export function startupMessage(user: string, database: string): Buffer {
  const parameters = Buffer.from(`user\0${user}\0database\0${database}\0\0`)
  const head = Buffer.alloc(8)
  head.writeInt32BE(8 + parameters.length, 0)
  head.writeInt32BE(version_3, 4)
  return Buffer.concat([head, parameters])
}

/** The status in the last ReadyForQuery of a response: `I` idle, `T` in a transaction, `E` failed; undefined where there is none. */
export function readyStatus(response: Uint8Array): string | undefined {
  const bytes = Buffer.from(response.buffer, response.byteOffset, response.byteLength)
  let status: string | undefined
  for (let at = 0; at + 5 <= bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
    if (bytes[at] === 0x5a) status = String.fromCharCode(bytes[at + 5] ?? 0)
  }
  return status
}

/** A Query message. */
export function simpleQuery(sql: string): Buffer {
  const text = Buffer.from(`${sql}\0`)
  const head = Buffer.alloc(5)
  head.write('Q')
  head.writeInt32BE(4 + text.length, 1)
  return Buffer.concat([head, text])
}

/** A Sync message, which ends an extended query. */
export const sync_message: Buffer = Buffer.from([0x53, 0, 0, 0, 4])
