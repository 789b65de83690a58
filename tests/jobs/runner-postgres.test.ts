import { after } from 'node:test'
import { openStore } from '../../src/store/open-store.ts'
import { startPostgres } from '../support/servers.ts'
import { leaseTests } from './lease-tests.ts'
import { runnerTests } from './runner-tests.ts'

const server = await startPostgres()
after(() => server.stop())

const open = async () => {
  const { url } = await server.createDatabase('jobs')
  return await openStore({ engine: 'postgres', url, connections: 8, onIdleError: () => undefined })
}

runnerTests('PostgreSQL', open)
leaseTests('PostgreSQL', open)
