// What the rounds kill: a server on SQLite, or a server on PostgreSQL and its database in turn.
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { startOwnPostgres } from '../support/postgres.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'
import { removeTempFolder, tempFolder } from '../support/temp-folder.ts'
import type { Query } from './store-integrity.ts'

/** A server that is killed and restarted, and how its tables are read after a kill. */
export type KillTarget = {
  server: ServerProcess
  /** Kills what this round kills. */
  kill(round: number): Promise<void>
  /** Reads the tables as the kill left them, before the server opens them again where one process holds the store. */
  inspect<T>(use: (query: Query) => Promise<T>): Promise<T>
  /** Restarts what was killed and waits until the server is ready. */
  restart(round: number): Promise<void>
  close(): Promise<void>
}

const settings = { WHERRY_REQUESTS_PER_SECOND: '100000', WHERRY_TRUST_PROXY: 'loopback' }

/** A server on SQLite. Its tables are read from a copy of the files. */
export async function sqliteTarget(): Promise<KillTarget> {
  const server = await startServerProcess({ env: settings })
  return {
    server,
    kill: () => server.kill(),
    async inspect(use) {
      const folder = tempFolder('killed-store')
      for (const name of ['wherry.sqlite', 'wherry.sqlite-wal']) {
        if (existsSync(join(server.data_dir, name))) cpSync(join(server.data_dir, name), join(folder, name))
      }
      const database = new DatabaseSync(join(folder, 'wherry.sqlite'))
      try {
        return await use(async (text) => database.prepare(text).all())
      } finally {
        database.close()
        removeTempFolder(folder)
      }
    },
    restart: () => server.start(),
    close: () => server.kill(),
  }
}

/** A server on PostgreSQL: even rounds kill the server, odd rounds the database. */
export async function postgresTarget(): Promise<KillTarget> {
  const database = await startOwnPostgres()
  const server = await startServerProcess({ env: { ...settings, DATABASE_URL: database.url } })
  const killsServer = (round: number): boolean => round % 2 === 0
  return {
    server,
    async kill(round) {
      if (killsServer(round)) return await server.kill()
      await database.crash()
      await database.switchOn()
    },
    inspect: (use) => use((text) => database.query(text)),
    restart: (round) => (killsServer(round) ? server.start() : server.ready()),
    async close() {
      await server.kill()
      await database.stop()
    },
  }
}
