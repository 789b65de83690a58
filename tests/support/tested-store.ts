// The store of the server for tests that are the same on SQLite and on PostgreSQL: one in the short tier, the other one in the long one.
import { after } from 'node:test'
import type { StoreTarget } from '../../src/store/open-store.ts'
import { startPostgres, type PostgresServer } from './servers.ts'
import { tempFolder } from './temp-folder.ts'
import { inTier } from './tier.ts'

/** The store of the server that the tests of a file run on. */
export type TestedStore = {
  name: 'SQLite' | 'PostgreSQL'
  /** Settings of a server on a new store. */
  env(): Promise<Record<string, string>>
  /** A new store, to be opened by `openStore`. */
  target(): Promise<StoreTarget>
}

/** Answers the store that the tests of a file run on: `short` in the short tier, and the other one in the long one. A PostgreSQL ends with the file. */
export async function testedStore(short: TestedStore['name']): Promise<TestedStore> {
  const name = inTier(short, short === 'SQLite' ? 'PostgreSQL' : 'SQLite')
  if (name === 'SQLite') {
    return { name, env: async () => ({}), target: async () => ({ engine: 'sqlite', folder: tempFolder('store') }) }
  }
  const postgres = await startPostgres()
  after(() => postgres.stop())
  return {
    name,
    env: async () => ({ DATABASE_URL: (await postgres.createStore()).url }),
    target: () => postgresTarget(postgres),
  }
}

/** Answers a new store on this PostgreSQL, to be opened by `openStore`. */
export async function postgresTarget(postgres: PostgresServer): Promise<StoreTarget> {
  const { url } = await postgres.createStore()
  return { engine: 'postgres', url, connections: 4, onConnectionError: () => undefined }
}
