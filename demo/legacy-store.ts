// The legacy store of the demo: a PostgreSQL server on loopback with a table `users` whose passwords are hashed in three formats. It
// knows nothing of Wherry.
//
// The database is PGlite (PostgreSQL compiled to WebAssembly) in a worker thread. It has one session. The proxy in this file gives the
// session to one client connection at a time, from the first message of a query until the server is idle again, so that ten pooled
// connections get complete results. The proxy counts the queries. It accepts any user name and password and listens on loopback only.
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { legacyUsers, type LegacyUser } from './legacy-store/legacy-users.ts'
import { readyStatus, simpleQuery, startupMessage, sync_message, takeMessage } from './legacy-store/wire-protocol.ts'

/** A running legacy store. */
export type LegacyStore = {
  /** The `postgres://` URL with a user and a password. */
  url: string
  host: string
  port: number
  /** All users of the table by id. The first twelve have password hashes at the cost of a real system. */
  users(): LegacyUser[]
  /** The number of queries that clients have sent since the start. */
  queries(): number
  /** The number of queries that clients have sent since `queries()` returned `earlier`. */
  queriesSince(earlier: number): number
  /** The number of open client connections. */
  connections(): number
  /** Switches the store off: closes open connections and refuses new ones. */
  switchOff(): Promise<void>
  /** Switches the store on again, on the same port and with the same table. */
  switchOn(): Promise<void>
  /** Stops the store and its worker thread. */
  stop(): Promise<void>
}

/**
 * Starts a legacy store with 1,000 users on a free port of 127.0.0.1 and resolves when it accepts connections.
 *
 * @throws Error when the database cannot start
 */
export async function startLegacyStore(): Promise<LegacyStore> {
  const users = legacyUsers()
  const database = await startDatabase()
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
    users: () => users,
    queries: () => queries,
    queriesSince: (earlier) => queries - earlier,
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
  /** The response to the startup message, the same for every client. */
  startup_response: Uint8Array
  /** Runs one batch of protocol messages and answers the response. Rejects when the database cannot read the batch. */
  run(batch: Uint8Array): Promise<Uint8Array>
  /** Waits until the session is free and reserves it. The returned function releases it. */
  reserveSession(): Promise<() => void>
  stop(): Promise<void>
}

async function startDatabase(): Promise<Database> {
  const thread = new Worker(new URL('./legacy-store/database-thread.ts', import.meta.url))
  await once(thread, 'message')
  const pending: ((response: Uint8Array | undefined) => void)[] = []
  thread.on('message', (response: Uint8Array | undefined) => pending.shift()?.(response))
  let failure: Error | undefined
  thread.on('error', (error: Error) => {
    failure = error
    for (const settle of pending.splice(0)) settle(undefined)
  })
  async function run(batch: Uint8Array): Promise<Uint8Array> {
    if (failure) throw failure
    const { promise, resolve } = Promise.withResolvers<Uint8Array | undefined>()
    pending.push(resolve)
    thread.postMessage(batch)
    const response = await promise
    if (!response) throw new Error('The legacy database could not read the messages.')
    return response
  }
  let last_reservation: Promise<void> = Promise.resolve()
  return {
    // The session is started once, here. The startup messages of clients do not reach the database.
    startup_response: await run(startupMessage('legacy', 'postgres')),
    run,
    async reserveSession() {
      const previous = last_reservation
      const { promise, resolve } = Promise.withResolvers<void>()
      last_reservation = promise
      await previous
      return resolve
    },
    async stop() {
      await thread.terminate()
    },
  }
}

async function serveClient(socket: Socket, database: Database, countQuery: () => void): Promise<void> {
  let buffer: Buffer = Buffer.alloc(0)
  let started = false
  let batch: Buffer[] = []
  let releaseSession: (() => void) | undefined
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      buffer = Buffer.concat([buffer, chunk])
      for (let taken = takeMessage(buffer, started); taken; taken = takeMessage(buffer, started)) {
        buffer = taken.rest
        const { kind, bytes } = taken.message
        if (kind === 'encryption') {
          socket.write('N')
          continue
        }
        if (kind === 'cancel' || kind === 'X') return
        if (kind === 'startup') {
          started = true
          socket.write(database.startup_response)
          continue
        }
        if (kind === 'E' || kind === 'Q') countQuery()
        batch.push(bytes)
        // Sync, a simple query and a function call complete a query; Flush requests the results so far.
        if (!['S', 'Q', 'F', 'H'].includes(kind)) continue
        releaseSession ??= await database.reserveSession()
        const response = await database.run(Buffer.concat(batch))
        batch = []
        socket.write(response)
        if (readyStatus(response) === 'I') {
          releaseSession()
          releaseSession = undefined
        }
      }
    }
  } finally {
    socket.destroy()
    if (releaseSession) {
      try {
        await database.run(sync_message)
        await database.run(simpleQuery('rollback'))
      } finally {
        releaseSession()
      }
    }
  }
}
