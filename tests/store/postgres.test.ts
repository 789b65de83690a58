import { postgresDialect } from '../../src/store/postgres.ts'
import { startPostgres } from '../support/servers.ts'
import { storeConformance } from './conformance.ts'

storeConformance('PostgreSQL', async () => {
  const server = await startPostgres()
  return {
    emptyStore: async () => {
      const { url } = await server.createDatabase('store')
      return postgresDialect({ url, connections: 8, statement_timeout_ms: 15_000, onConnectionError: () => undefined })
    },
    end: () => server.stop(),
  }
})
