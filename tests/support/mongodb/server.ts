/**
 * A server that speaks MongoDB's wire protocol, for tests: `hello`, `find`, `insert`, `update` and `delete` on documents in memory, with the
 * operators that the templates use, and unique fields. Any other command or operator is refused. It shows that a driver's requests have
 * this form, and how the driver reads answers; it has no log-in, replica set, transaction, index or real collation.
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { EJSON, Long, ObjectId } from 'bson'
import {
  bad_value,
  type BsonDocument,
  change,
  command_not_found,
  duplicate_key,
  inOrder,
  matches,
  MongoError,
} from './documents.ts'
import { commandReader } from './messages.ts'

/** A running server. */
export type MongoServer = {
  /** `mongodb://127.0.0.1:port/shop`. */
  url: string
  /** The documents of a collection; a test may change the list. */
  documents(collection: string): BsonDocument[]
  /** All documents, as one text. */
  snapshot(): string
  /** The commands and operators that the server refused. */
  refused: string[]
  openConnections(): number
  /** How long the server waits before it answers a command that reads or writes documents. */
  delay(ms: number): void
  /** Sends this error instead of answers to commands that read or write documents. */
  fail(error: MongoError | undefined): void
  stop(): Promise<void>
}

/** What the server says of itself to a driver. */
export const hello = {
  ismaster: true,
  isWritablePrimary: true,
  helloOk: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
  ok: 1,
}

type Collections = Map<string, BsonDocument[]>
type Operations = Record<string, (body: BsonDocument, documents: BsonDocument[], unique: string[]) => BsonDocument>

const list = (value: unknown): BsonDocument[] => (Array.isArray(value) ? value : [])
const filterOf = (value: unknown): BsonDocument => value as BsonDocument

function requireUnique(documents: BsonDocument[], unique: string[], added: BsonDocument): void {
  for (const field of unique) {
    if (documents.some((each) => each !== added && matches(each, { [field]: { $eq: added[field] } }, false)))
      throw new MongoError(duplicate_key, `E11000 duplicate key error: ${field}`)
  }
}

const operations: Operations = {
  find(body, documents) {
    const collation = body['collation'] as { strength?: number } | undefined
    const ignore_case = collation !== undefined && (collation.strength ?? 3) < 3
    const found = documents.filter((each) => matches(each, filterOf(body['filter'] ?? {}), ignore_case))
    const limit = Number(body['limit'] ?? 0)
    const ordered = inOrder(found, body['sort'])
    return { cursor: { id: Long.ZERO, ns: 'shop.x', firstBatch: limit > 0 ? ordered.slice(0, limit) : ordered }, ok: 1 }
  },
  insert(body, documents, unique) {
    for (const document of list(body['documents'])) {
      const added = { _id: new ObjectId(), ...document }
      requireUnique(documents, unique, added)
      documents.push(added)
    }
    return { n: list(body['documents']).length, ok: 1 }
  },
  update(body, documents, unique) {
    let n = 0
    for (const { q, u, multi } of list(body['updates'])) {
      if (multi === true) throw new MongoError(bad_value, 'an update of many documents is not supported')
      const found = documents.find((each) => matches(each, filterOf(q), false))
      if (found === undefined) continue
      const changed = EJSON.parse(EJSON.stringify(found, { relaxed: false }), { relaxed: false }) as BsonDocument
      change(changed, u)
      requireUnique(
        documents.filter((each) => each !== found),
        unique,
        changed,
      )
      change(found, u)
      n += 1
    }
    return { n, nModified: n, ok: 1 }
  },
  delete(body, documents) {
    let n = 0
    for (const { q, limit } of list(body['deletes'])) {
      if (limit !== 1) throw new MongoError(bad_value, 'the removal of many documents is not supported')
      const at = documents.findIndex((each) => matches(each, filterOf(q), false))
      if (at >= 0) documents.splice(at, 1)
      if (at >= 0) n += 1
    }
    return { n, ok: 1 }
  },
}

function writeError(error: unknown): BsonDocument {
  const { code, message } = error instanceof MongoError ? error : new MongoError(1, String(error))
  if (code === duplicate_key) return { n: 0, writeErrors: [{ index: 0, code, errmsg: message }], ok: 1 }
  return { ok: 0, code, codeName: 'Error', errmsg: message }
}

/** Starts a server on a loopback port. `unique` lists the fields whose values are unique. */
export async function startMongoServer({ unique = [] }: { unique?: string[] } = {}): Promise<MongoServer> {
  const collections: Collections = new Map()
  const refused: string[] = []
  const sockets = new Set<Socket>()
  let delay_ms = 0
  let failure: MongoError | undefined
  const documents = (name: string): BsonDocument[] => {
    const found = collections.get(name) ?? []
    collections.set(name, found)
    return found
  }

  async function answerOf(body: BsonDocument): Promise<BsonDocument> {
    const [name = ''] = Object.keys(body)
    if (['hello', 'ismaster', 'isMaster'].includes(name)) return { ...hello, localTime: new Date() }
    if (['ping', 'endSessions'].includes(name)) return { ok: 1 }
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
    try {
      if (operation === undefined) throw new MongoError(command_not_found, `no such command: '${name}'`)
      await sleep(delay_ms)
      if (failure !== undefined) throw failure
      return operation(body, documents(String(body[name])), unique)
    } catch (error) {
      if (error !== failure && !(error instanceof MongoError && error.code === duplicate_key))
        refused.push(String(error))
      return writeError(error)
    }
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket)).on('error', () => {})
    socket.on(
      'data',
      commandReader(({ body, answer }) => {
        void answerOf(body).then((document) => socket.write(answer(document)))
      }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `mongodb://127.0.0.1:${port}/shop`,
    documents,
    snapshot: () => EJSON.stringify(Object.fromEntries(collections), { relaxed: false }),
    refused,
    openConnections: () => sockets.size,
    delay: (ms) => (delay_ms = ms),
    fail: (error) => (failure = error),
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
