import { Readable } from 'node:stream'
import { startUsersImport } from '../../src/migration/import/start-users-import.ts'
import { objects } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

/** Imports a user and a faulty row into the connection `legacy`, and reads the errors. */
export async function runImport(server: TestServer): Promise<void> {
  const [connection] = objects(await server.must('GET', 'connections?name=legacy'))
  const { db, sealer, clock, tenant_id } = server.internals
  const file =
    '{"email":"tail@legacy.example","user_id":"tail","app_metadata":{"plan":"gold"}}\n{"email":"no address"}\n'
  const deps = { db, sealer, clock, jobs: { wake: () => undefined } }
  const job_id = await startUsersImport(deps, tenant_id, async (keepFile) => {
    await keepFile('users', Readable.from([Buffer.from(file)]))
    return { connection_id: String(connection?.['id']) }
  })
  await waitUntil(async () => (await server.must('GET', `jobs/${job_id}`)).status === 'completed')
  await server.must('GET', `jobs/${job_id}/errors`)
}
