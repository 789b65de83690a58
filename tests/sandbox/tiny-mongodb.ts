/** The part of a MongoDB server that drivers from 3 to 7 need to write and read. It holds no data and records the commands. */
import { createRequire } from 'node:module'
import { createServer, type Server } from 'node:net'

type Document = Record<string, unknown>
type Bson = { serialize(document: Document): Uint8Array; deserialize(bytes: Uint8Array): Document }

const { BSON } = createRequire(new URL('../../sandbox-runtime/package.json', import.meta.url))('mongodb') as {
  BSON: Bson
}

const op_reply = 1
const op_query = 2004
const op_message = 2013

function message(request_id: number, operation: number, body: Buffer): Buffer {
  const head = Buffer.alloc(16)
  head.writeInt32LE(16 + body.length, 0)
  head.writeInt32LE(1, 4)
  head.writeInt32LE(request_id, 8)
  head.writeInt32LE(operation, 12)
  return Buffer.concat([head, body])
}

function reply(request_id: number, document: Document): Buffer {
  const head = Buffer.alloc(20)
  head.writeInt32LE(8, 0)
  head.writeInt32LE(1, 16)
  return message(request_id, op_reply, Buffer.concat([head, BSON.serialize(document)]))
}

function answer(request_id: number, document: Document): Buffer {
  return message(request_id, op_message, Buffer.concat([Buffer.alloc(5), BSON.serialize(document)]))
}

/** The command of a message: its body, with the documents of its other sections. */
function readCommand(bytes: Buffer): Document {
  let at = 20
  let command: Document = {}
  const sequences: Document = {}
  while (at < bytes.length) {
    const kind = bytes[at]
    const size = bytes.readInt32LE(at + 1)
    if (kind === 0) command = BSON.deserialize(bytes.subarray(at + 1, at + 1 + size))
    else {
      const name_end = bytes.indexOf(0, at + 5)
      const documents: Document[] = []
      for (let from = name_end + 1; from < at + 1 + size; from += bytes.readInt32LE(from))
        documents.push(BSON.deserialize(bytes.subarray(from, from + bytes.readInt32LE(from))))
      sequences[bytes.toString('utf8', at + 5, name_end)] = documents
    }
    at += 1 + size
  }
  return { ...command, ...sequences }
}

const server_description = {
  ok: 1,
  helloOk: true,
  ismaster: true,
  isWritablePrimary: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  minWireVersion: 0,
  maxWireVersion: 9,
}
const row = { _id: 'found', email: 'ada@legacy.example' }

function result(command: Document): Document {
  const [name = ''] = Object.keys(command)
  if (/^(?:hello|ismaster)$/i.test(name)) return server_description
  if (name === 'find') {
    return { ok: 1, cursor: { id: 0n, ns: `x.${String(command['find'])}`, firstBatch: [row] } }
  }
  if (name === 'findAndModify') return { ok: 1, value: row, lastErrorObject: { n: 1, updatedExisting: true } }
  return { ok: 1, n: 1, nModified: 1 }
}

/** Answers writes as if they changed one document, and queries with one document; `commands` gets the names of what was sent. */
export function tinyMongodb(commands: string[]): Server {
  return createServer((socket) => {
    let bytes = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      while (bytes.length >= 16 && bytes.length >= bytes.readInt32LE(0)) {
        const one = bytes.subarray(0, bytes.readInt32LE(0))
        bytes = bytes.subarray(one.length)
        const request_id = one.readInt32LE(4)
        if (one.readInt32LE(12) === op_query) {
          socket.write(reply(request_id, server_description))
          continue
        }
        const command = readCommand(one)
        const [name = ''] = Object.keys(command)
        if (!/^(?:hello|ismaster|endSessions|listIndexes)$/i.test(name)) commands.push(name)
        socket.write(answer(request_id, result(command)))
      }
    })
  })
}
