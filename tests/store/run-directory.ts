import { endedJob, loadDirectory } from '../support/load-directory.ts'
import { objects } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'

/** Loads a directory into the connection `legacy` twice, lists its records, and imports its users. */
export async function runDirectory(server: TestServer): Promise<void> {
  const [connection] = objects(await server.must('GET', 'connections?name=legacy'))
  const id = String(connection?.['id'])
  const head = 'id,email,password_hash\n'
  const hash = '$2b$04$abcdefghijklmnopqrstuv0123456789012345678901234567890'
  // The records of decisions are rows of no file: without the limit a load would wait until it is confirmed.
  const fields = { format: 'csv', gone_limit_percent: '100' }
  const first = `${head}d1,both@dir.example,${hash}\nd2,both@dir.example,\n,none@dir.example,\n`
  await loadDirectory(server, id, first, fields)
  await loadDirectory(server, id, `${head}d1,one@dir.example,${hash}\n,none@dir.example,\n`, fields)
  for (const query of ['q=one', 'gone=true', 'problem=any', 'active_since=2020-01-01T00:00:00Z'])
    await server.must('GET', `migrations/${id}/records?${query}`)
  await server.must('GET', `migrations/${id}/directory`)
  await endedJob(server, (await server.must('POST', `migrations/${id}/tail-import`)).job_id)
}
