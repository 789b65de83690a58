// What the job runner does on both engines: in the short tier its work is tested on SQLite, and its leases on PostgreSQL.
import { leaseTests } from '../jobs/lease-tests.ts'
import { runnerTests } from '../jobs/runner-tests.ts'
import { openStore } from '../../src/store/open-store.ts'
import { startPostgres } from '../support/servers.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { after } from 'node:test'

const server = await startPostgres()
after(() => server.stop())

leaseTests('SQLite', () => openStore({ engine: 'sqlite', folder: tempFolder('jobs') }))
runnerTests('PostgreSQL', async () => {
  const { url } = await server.createStore('jobs')
  return await openStore({ engine: 'postgres', url, connections: 8, onConnectionError: () => undefined })
})
