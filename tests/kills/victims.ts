// Servers to kill: one on SQLite, one on a PostgreSQL that can be killed too.
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type OwnPostgres, startOwnPostgres } from '../support/postgres.ts'
import { removeTempFolder, tempFolder } from '../support/temp-folder.ts'
import { startKillable } from './killable-server.ts'
import type { Victim } from './kill-rounds.ts'

/** A victim and how it ends. */
export type RunningVictim = Victim & { close(): Promise<void> }

/** A server on SQLite, to be killed a few times or often. Its tables are read from a copy of the files as the kill left them. */
export async function sqliteVictim(is_often: boolean): Promise<RunningVictim> {
  const data_dir = tempFolder('kill-rounds')
  const server = await startKillable(data_dir, {}, is_often)
  return {
    server,
    kill: () => server.kill(),
    async inspect(use) {
      const folder = tempFolder('killed-store')
      for (const name of ['wherry.sqlite', 'wherry.sqlite-wal']) {
        if (existsSync(join(data_dir, name))) cpSync(join(data_dir, name), join(folder, name))
      }
      const database = new DatabaseSync(join(folder, 'wherry.sqlite'))
      try {
        return await use(async (text) => database.prepare(text).all())
      } finally {
        database.close()
        removeTempFolder(folder)
      }
    },
    revive: () => server.start(),
    close: () => server.kill(),
  }
}

/** A server on PostgreSQL: in even rounds the server is killed, in odd ones the database. */
export async function postgresVictim(is_often: boolean): Promise<RunningVictim> {
  const database: OwnPostgres = await startOwnPostgres()
  const server = await startKillable(tempFolder('kill-rounds'), { DATABASE_URL: database.url }, is_often)
  const isServers = (round: number): boolean => round % 2 === 0
  return {
    server,
    async kill(round) {
      if (isServers(round)) await server.kill()
      else {
        await database.crash()
        await database.switchOn()
      }
    },
    inspect: (use) => use((text) => database.query(text)),
    revive: (round) => (isServers(round) ? server.start() : server.ready()),
    async close() {
      await server.kill()
      await database.stop()
    },
  }
}
