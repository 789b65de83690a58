/** The messages of MongoDB's wire protocol: OP_MSG, and the OP_QUERY by which a driver greets a server. */
import { calculateObjectSize, deserialize, serialize } from 'bson'
import type { BsonDocument } from './documents.ts'

const header_bytes = 16
const op_reply = 1
const op_query = 2004
const op_msg = 2013

/** A command with its documents, and how to answer it. */
export type Command = { body: BsonDocument; answer(document: BsonDocument): Buffer }

const read = (bytes: Buffer): BsonDocument => deserialize(bytes)

function withHeader(kind: number, response_to: number, content: Buffer): Buffer {
  const header = Buffer.alloc(header_bytes)
  header.writeInt32LE(header_bytes + content.length, 0)
  header.writeInt32LE(response_to, 8)
  header.writeInt32LE(kind, 12)
  return Buffer.concat([header, content])
}

function documentAt(bytes: Buffer, at: number): { document: BsonDocument; end: number } {
  const end = at + bytes.readInt32LE(at)
  return { document: read(bytes.subarray(at, end)), end }
}

/** The body of an OP_MSG; the documents of a sequence become the member of its name. */
function bodyOf(message: Buffer): BsonDocument {
  const body: BsonDocument = {}
  const sequences: BsonDocument = {}
  let at = header_bytes + 4
  while (at < message.length) {
    const kind = message[at]
    at += 1
    if (kind === 0) {
      const { document, end } = documentAt(message, at)
      Object.assign(body, document)
      at = end
      continue
    }
    const section_end = at + message.readInt32LE(at)
    const name_end = message.indexOf(0, at + 4)
    const documents: BsonDocument[] = []
    let next = name_end + 1
    while (next < section_end) {
      const { document, end } = documentAt(message, next)
      documents.push(document)
      next = end
    }
    sequences[message.toString('utf8', at + 4, name_end)] = documents
    at = section_end
  }
  // The first member names the command.
  return { ...body, ...sequences }
}

function commandOf(message: Buffer): Command {
  const request_id = message.readInt32LE(4)
  const kind = message.readInt32LE(12)
  if (kind === op_query) {
    const name_end = message.indexOf(0, header_bytes + 4)
    const { document } = documentAt(message, name_end + 9)
    const answer = (reply: BsonDocument): Buffer => {
      const head = Buffer.alloc(20)
      head.writeInt32LE(1, 16)
      return withHeader(op_reply, request_id, Buffer.concat([head, serialize(reply)]))
    }
    return { body: document, answer }
  }
  if (kind !== op_msg) throw new Error(`a message of the kind ${kind} is not supported`)
  const answer = (reply: BsonDocument): Buffer => {
    const content = Buffer.alloc(5 + calculateObjectSize(reply))
    Buffer.from(serialize(reply)).copy(content, 5)
    return withHeader(op_msg, request_id, content)
  }
  return { body: bodyOf(message), answer }
}

/** A function that takes the chunks of a socket and calls back with each command. */
export function commandReader(onCommand: (command: Command) => void): (chunk: Buffer) => void {
  let kept: Buffer = Buffer.alloc(0)
  return (chunk) => {
    kept = Buffer.concat([kept, chunk])
    while (kept.length >= header_bytes && kept.length >= kept.readInt32LE(0)) {
      const length = kept.readInt32LE(0)
      onCommand(commandOf(kept.subarray(0, length)))
      kept = kept.subarray(length)
    }
  }
}
