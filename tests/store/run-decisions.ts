import { objects, type TestClient } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

/** Decides about a record of the connection `legacy` that has not moved, takes the decision back, and rehearses the move of its directory. */
export async function runDecisions(server: TestServer, client: TestClient): Promise<void> {
  const [connection] = objects(await server.must('GET', 'connections?name=legacy'))
  const connection_id = String(connection?.['id'])
  const email = 'bob@legacy.example'
  await server.post('/dbconnections/signup', { ...client, connection: 'legacy', email, password: 'Chosen-Pass-1' })
  const records = await server.records(connection_id)
  const record_id = String(records.find((each) => each['email'] === email)?.['record_id'])
  const path = `migrations/${connection_id}/records/${record_id}/decision`
  for (const kind of ['keep', 'retry']) await server.must('PUT', path, { kind })
  await server.must('DELETE', path)
  const { id } = await server.must('POST', `migrations/${connection_id}/rehearsals`, { calls_per_second: 100 })
  await waitUntil(async () => {
    const { status } = await server.must('GET', `migrations/${connection_id}/rehearsals/${id}`)
    return status === 'completed'
  })
}
