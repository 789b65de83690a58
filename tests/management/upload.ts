import { bearer, type Answer } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'

/** Uploads a form for an import of users, with all scopes or these; a Blob is a file. */
export async function upload(
  server: TestServer,
  fields: Record<string, string | Blob>,
  scope?: string,
): Promise<Answer> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  const request = new Request('http://wherry.test', { method: 'POST', body: form })
  return await server.send('/api/v2/jobs/users-imports', {
    method: 'POST',
    headers: {
      ...bearer(await server.managementToken(scope)),
      'content-type': request.headers.get('content-type') ?? '',
    },
    body: Buffer.from(await request.arrayBuffer()),
  })
}
