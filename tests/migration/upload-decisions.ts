import assert from 'node:assert/strict'
import type { JsonObject } from '../../src/base/json.ts'
import { bearer } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'

/** Loads a file of decisions. @throws AssertionError where it is refused, with the answer */
export async function uploadDecisions(server: TestServer, connection_id: string, lines: string[]): Promise<JsonObject> {
  const form = new FormData()
  form.append('file', new Blob([lines.join('\n')]), 'decisions.csv')
  const request = new Request('http://wherry.test', { method: 'POST', body: form })
  const answer = await server.send(`/api/v2/migrations/${connection_id}/decisions`, {
    method: 'POST',
    headers: { ...bearer(await server.managementToken()), 'content-type': request.headers.get('content-type') ?? '' },
    body: Buffer.from(await request.arrayBuffer()),
  })
  assert.equal(answer.status, 200, answer.text)
  return answer.json as JsonObject
}
