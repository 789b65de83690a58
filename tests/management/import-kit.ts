// Imports of users that tests run to their end.
import assert from 'node:assert/strict'
import type { JsonObject } from '../../src/base/json.ts'
import { createManagementClient } from '../../src/tenants/management-client.ts'
import { tenantById } from '../../src/tenants/tenant.ts'
import { bearer, type Json } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { upload } from './upload.ts'

/** The job when it has ended. */
async function endedJob(server: TestServer, id: string): Promise<Json> {
  let job: Json
  await waitUntil(async () => {
    job = await server.must('GET', `jobs/${id}`)
    return ['completed', 'failed'].includes(job.status)
  })
  return job
}

/** Imports a file into a connection and answers the ended job. */
export async function importFile(
  server: TestServer,
  text: string,
  fields: Record<string, string> & { connection_id: string },
): Promise<Json> {
  const answer = await upload(server, { users: new Blob([text]), ...fields })
  assert.equal(answer.status, 202, answer.text)
  return await endedJob(server, String(answer.json.id))
}

/** The refused rows of a job, for a client that may export password hashes. */
export async function failedRows(server: TestServer, id: string): Promise<JsonObject[]> {
  const { internals, credentials } = server
  const tenant = await tenantById(internals.db, internals.tenant_id)
  assert.ok(tenant)
  const holder = await createManagementClient(internals, tenant, credentials.audience, ['export:password_hashes'])
  const form = { grant_type: 'client_credentials', ...holder, audience: credentials.audience }
  const token = String((await server.post('/oauth/token', form)).json.access_token)
  const { failed_rows_location } = (await server.send(`/api/v2/jobs/${id}`, { headers: bearer(token) })).json
  assert.equal((await server.must('GET', `jobs/${id}`)).failed_rows_location, undefined)
  assert.equal((await server.api('GET', `jobs/${id}/failed-rows`)).status, 403)
  const { pathname } = new URL(String(failed_rows_location))
  const { status, text, headers } = await server.send(pathname, { headers: bearer(token) })
  assert.equal(status, 200, text)
  assert.match(headers.get('content-type') ?? '', /^application\/x-ndjson/)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonObject)
}
