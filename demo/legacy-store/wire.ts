// The PostgreSQL wire protocol as far as a front door needs it: where one message ends and the next begins.
// It knows nothing of databases. (PostgreSQL documentation, chapter "Frontend/Backend Protocol", version 3.0.)

const version_3 = 196608
const cancel_code = 80877102
const ssl_code = 80877103
const gss_code = 80877104

/** One message of a client; `kind` is its type byte, or what an untyped opening message asks for. */
export type ClientMessage = { kind: string; bytes: Buffer }

/**
 * Cuts one complete message off the front of `buffer`. `opened` says whether the start-up message has been seen.
 * @throws Error when this cannot be a client of protocol version 3.
 */
export function takeMessage(buffer: Buffer, opened: boolean): { message: ClientMessage; rest: Buffer } | undefined {
  const header = opened ? 1 : 0
  if (buffer.length < header + 4) return undefined
  const length = header + buffer.readInt32BE(header)
  if (length < header + 4 || length > 1_000_000) throw new Error('not a PostgreSQL client')
  if (buffer.length < length) return undefined
  const bytes = buffer.subarray(0, length)
  return {
    message: { kind: opened ? String.fromCharCode(bytes[0] ?? 0) : openingKind(bytes), bytes },
    rest: buffer.subarray(length),
  }
}

function openingKind(bytes: Buffer): string {
  const code = bytes.length >= 8 ? bytes.readInt32BE(4) : 0
  if (code === ssl_code || code === gss_code) return 'encryption'
  if (code === cancel_code) return 'cancel'
  if (code !== version_3) throw new Error('not a PostgreSQL client')
  return 'start-up'
}

/** The opening message of a client. */
export function startUp(user: string, database: string): Buffer {
  const parameters = Buffer.from(`user\0${user}\0database\0${database}\0\0`)
  const head = Buffer.alloc(8)
  head.writeInt32BE(8 + parameters.length, 0)
  head.writeInt32BE(version_3, 4)
  return Buffer.concat([head, parameters])
}

/** The transaction status in the last ReadyForQuery of `answer` (`I` idle, `T` in a transaction, `E` failed), if there is one. */
export function readyStatus(answer: Uint8Array): string | undefined {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength)
  let status: string | undefined
  for (let at = 0; at + 5 <= bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
    if (bytes[at] === 0x5a) status = String.fromCharCode(bytes[at + 5] ?? 0)
  }
  return status
}

/** A simple query as a client would send it. */
export function simpleQuery(sql: string): Buffer {
  const text = Buffer.from(`${sql}\0`)
  const head = Buffer.alloc(5)
  head.write('Q')
  head.writeInt32BE(4 + text.length, 1)
  return Buffer.concat([head, text])
}

/** A Sync as a client would send it: it ends an extended query that was left half-way. */
export const sync_message: Buffer = Buffer.from([0x53, 0, 0, 0, 4])
