// The legacy store of the demo: a PostgreSQL server on loopback with a table `users` of a company that kept its
// passwords in three formats over the years. It knows nothing of Wherry.
//
// The database is PostgreSQL itself, compiled to WebAssembly, in a thread of its own. That build has one session;
// the front door here gives it to one client connection at a time, from the first message of a query until the
// server is idle again, so that ten pooled connections see ten whole answers. Everything that a client runs is
// counted here, at the server's end of the wire. Any user name and password may log in: it listens on loopback only.
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import type { DatabaseThreadData } from './legacy-store/database-thread.ts'
import { legacyPeople, type LegacyPerson } from './legacy-store/people.ts'
import { readyStatus, simpleQuery, startUp, sync_message, takeMessage } from './legacy-store/wire.ts'

/** A running legacy store. */
export type LegacyStore = {
  /** Where it listens, as a `postgres://` URL with a user and a password. */
  url: string
  host: string
  port: number
  /** All persons in the table, by id; the first twelve have password hashes of full strength. */
  people(): LegacyPerson[]
  /** How many queries clients have run since the start, counted when they arrive on the wire. */
  queries(): number
  /** How many queries clients have run since `queries()` answered `mark`. */
  queriesSince(mark: number): number
  /** How many client connections are open now. */
  connections(): number
  /** Switches the store off: open connections break and new ones are refused from the moment this resolves. */
  switchOff(): Promise<void>
  /** Switches the store on again, on the same port and with the same table. */
  switchOn(): Promise<void>
  /** Switches the store off for good and lets go of all it has. */
  stop(): Promise<void>
}

/**
 * Starts a legacy store with `users` persons (1 to 1,000) on a free port of 127.0.0.1 and resolves when it answers.
 * @throws RangeError for another number of users; Error when the database cannot start.
 */
export async function startLegacyStore({ users = 1000 }: { users?: number } = {}): Promise<LegacyStore> {
  const people = legacyPeople(users)
  const database = await startDatabase({ users })
  const sockets = new Set<Socket>()
  let queries = 0

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.once('close', () => sockets.delete(socket))
    serveClient(socket, database, () => (queries += 1)).catch(() => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The legacy store has no port.')
  const { address: host, port } = address

  async function switchOff(): Promise<void> {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }

  return {
    url: `postgres://legacy:legacy@${host}:${port}/postgres`,
    host,
    port,
    people: () => people,
    queries: () => queries,
    queriesSince: (mark) => queries - mark,
    connections: () => sockets.size,
    switchOff,
    async switchOn() {
      if (server.listening) return
      server.listen(port, host)
      await once(server, 'listening')
    },
    async stop() {
      await switchOff()
      await database.stop()
    },
  }
}

type Database = {
  /** What the database answers to every client that logs in. */
  welcome: Uint8Array
  /** The database's answer to one batch of wire messages. Rejects when it has none. */
  ask(batch: Uint8Array): Promise<Uint8Array>
  /** Waits until the one session is free, takes it, and gives back how to leave it. */
  takeTurn(): Promise<() => void>
  stop(): Promise<void>
}

async function startDatabase(data: DatabaseThreadData): Promise<Database> {
  const thread = new Worker(new URL('./legacy-store/database-thread.ts', import.meta.url), { workerData: data })
  await once(thread, 'message')
  const asked: ((answer: Uint8Array | undefined) => void)[] = []
  thread.on('message', (answer: Uint8Array | undefined) => asked.shift()?.(answer))
  let failure: Error | undefined
  thread.on('error', (error: Error) => {
    failure = error
    for (const give of asked.splice(0)) give(undefined)
  })
  async function ask(batch: Uint8Array): Promise<Uint8Array> {
    if (failure) throw failure
    const { promise, resolve } = Promise.withResolvers<Uint8Array | undefined>()
    asked.push(resolve)
    thread.postMessage(batch)
    const answer = await promise
    if (!answer) throw new Error('the legacy database did not answer')
    return answer
  }
  let last_turn: Promise<void> = Promise.resolve()
  return {
    // The session logs in once, here: no client's own opening message can end it for the others.
    welcome: await ask(startUp('legacy', 'postgres')),
    ask,
    async takeTurn() {
      const before = last_turn
      const { promise, resolve } = Promise.withResolvers<void>()
      last_turn = promise
      await before
      return resolve
    },
    async stop() {
      await thread.terminate()
    },
  }
}

async function serveClient(socket: Socket, database: Database, countQuery: () => void): Promise<void> {
  let buffer: Buffer = Buffer.alloc(0)
  let opened = false
  let batch: Buffer[] = []
  let leaveTurn: (() => void) | undefined
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      buffer = Buffer.concat([buffer, chunk])
      for (let taken = takeMessage(buffer, opened); taken; taken = takeMessage(buffer, opened)) {
        buffer = taken.rest
        const { kind, bytes } = taken.message
        if (kind === 'encryption') {
          socket.write('N')
          continue
        }
        if (kind === 'cancel' || kind === 'X') return
        if (kind === 'start-up') {
          opened = true
          socket.write(database.welcome)
          continue
        }
        if (kind === 'E' || kind === 'Q') countQuery()
        batch.push(bytes)
        // A query is whole with Sync, a simple query or a function call; Flush asks for the answers so far.
        if (!['S', 'Q', 'F', 'H'].includes(kind)) continue
        leaveTurn ??= await database.takeTurn()
        const answer = await database.ask(Buffer.concat(batch))
        batch = []
        socket.write(answer)
        if (readyStatus(answer) === 'I') {
          leaveTurn()
          leaveTurn = undefined
        }
      }
    }
  } finally {
    socket.destroy()
    if (leaveTurn) {
      try {
        await database.ask(sync_message)
        await database.ask(simpleQuery('rollback'))
      } finally {
        leaveTurn()
      }
    }
  }
}
