import { objects, type TestClient } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'

/** Decides about a record of the connection `legacy` that has not moved, and takes the decision back. */
export async function runDecisions(server: TestServer, client: TestClient): Promise<void> {
  const [connection] = objects(await server.must('GET', 'connections?name=legacy'))
  const email = 'bob@legacy.example'
  await server.post('/dbconnections/signup', { ...client, connection: 'legacy', email, password: 'Chosen-Pass-1' })
  const records = await server.records(String(connection?.['id']))
  const record = records.find((each) => each['email'] === email)
  const path = `migrations/${String(connection?.['id'])}/records/${String(record?.['record_id'])}/decision`
  for (const kind of ['keep', 'retry']) await server.must('PUT', path, { kind })
  await server.must('DELETE', path)
}
