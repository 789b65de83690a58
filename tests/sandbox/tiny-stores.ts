/** The part of two database servers that a driver needs to log in and read one row. They hold no data. */
import { createServer, type Server, type Socket } from 'node:net'
import mysql from 'mysql2'

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(type, 'latin1')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

const int16 = (value: number) => Buffer.from([value >> 8, value & 255])
const row_description = message(
  'T',
  // One column `id`, type int4, as text.
  Buffer.concat([
    int16(1),
    Buffer.from('id\0'),
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 23, 0, 4, 255, 255, 255, 255, 0, 0]),
  ]),
)
const row = message('D', Buffer.concat([int16(1), Buffer.from([0, 0, 0, 1]), Buffer.from('7')]))
const complete = message('C', Buffer.from('SELECT 1\0'))
const ready = message('Z', Buffer.from('I'))
const answers: Record<string, Buffer> = {
  Q: Buffer.concat([row_description, row, complete, ready]),
  P: message('1', Buffer.alloc(0)),
  B: message('2', Buffer.alloc(0)),
  D: row_description,
  E: Buffer.concat([row, complete]),
  S: ready,
}

function servePostgres(socket: Socket) {
  let bytes = Buffer.alloc(0)
  let started = false
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    for (;;) {
      const at = started ? 1 : 0
      if (bytes.length < at + 4) return
      const length = bytes.readInt32BE(at) + at
      if (bytes.length < length) return
      const type = String.fromCharCode(bytes[0] ?? 0)
      bytes = bytes.subarray(length)
      if (!started) {
        started = true
        socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]))
      } else if (type === 'X') socket.end()
      else if (answers[type]) socket.write(answers[type])
    }
  })
}

/** Answers every query with one row `{ id: 7 }`. */
export function tinyPostgres(): Server {
  return createServer(servePostgres)
}

type MysqlConnection = NodeJS.EventEmitter & {
  sequenceId: number
  serverHandshake(greeting: object): void
  writeColumns(columns: object[]): void
  writeTextRow(values: unknown[]): void
  writeEof(): void
}

/** Answers every query with one row `{ email: 'a@b.example' }`. */
export function tinyMysql(): Server {
  const server = mysql.createServer((given) => {
    const connection = given as unknown as MysqlConnection
    connection.on('error', () => {})
    connection.serverHandshake({
      protocolVersion: 10,
      serverVersion: '8.0.0-test',
      connectionId: 1,
      statusFlags: 2,
      characterSet: 8,
      capabilityFlags: 0xffffff ^ 0x0800,
    })
    connection.on('query', () => {
      connection.sequenceId = 1
      const column = { catalog: 'def', schema: 'd', table: 't', orgTable: 't', name: 'email', orgName: 'email' }
      connection.writeColumns([
        { ...column, characterSet: 33, columnLength: 256, columnType: 253, flags: 0, decimals: 0 },
      ])
      connection.writeTextRow(['a@b.example'])
      connection.writeEof()
    })
  })
  return (server as unknown as { _server: Server })._server
}
