/** A MongoDB server for drivers from 3 to 7 that holds no data: it records the commands and answers each as if it had worked. */
import { createServer, type Server } from 'node:net'
import { Long } from 'bson'
import type { BsonDocument } from './documents.ts'
import { commandReader } from './messages.ts'
import { hello } from './server.ts'

const row = { _id: 'found', email: 'ada@legacy.example' }
const of_connection = /^(?:hello|ismaster)$/i

function resultOf(name: string, command: BsonDocument): BsonDocument {
  // As MongoDB 4.4, with which all of these drivers work.
  if (of_connection.test(name)) return { ...hello, maxWireVersion: 9 }
  if (name === 'find') {
    return { ok: 1, cursor: { id: Long.ZERO, ns: `x.${String(command['find'])}`, firstBatch: [row] } }
  }
  if (name === 'findAndModify') return { ok: 1, value: row, lastErrorObject: { n: 1, updatedExisting: true } }
  return { ok: 1, n: 1, nModified: 1 }
}

/** Answers writes as if they changed one document, and queries with one document; `commands` gets the names of what was sent. */
export function recordCommands(commands: string[]): Server {
  return createServer((socket) => {
    socket.on('error', () => {})
    socket.on(
      'data',
      commandReader(({ body, answer }) => {
        const [name = ''] = Object.keys(body)
        if (!of_connection.test(name) && !/^(?:endSessions|listIndexes)$/i.test(name)) commands.push(name)
        socket.write(answer(resultOf(name, body)))
      }),
    )
  })
}
