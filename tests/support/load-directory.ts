// Loads of the directory of a legacy store, through the Management API.
import { bearer, type Answer, type Json } from './requests.ts'
import type { TestServer } from './test-server.ts'
import { waitUntil } from './wait-until.ts'

/** Uploads a file as the directory of a connection. */
export async function uploadDirectory(
  server: TestServer,
  connection_id: string,
  file: string | Blob,
  fields: Record<string, string> = { format: 'csv' },
): Promise<Answer> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', typeof file === 'string' ? new Blob([file]) : file)
  const request = new Request('http://wherry.test', { method: 'POST', body: form })
  return await server.send(`/api/v2/migrations/${connection_id}/directory`, {
    method: 'POST',
    headers: { ...bearer(await server.managementToken()), 'content-type': request.headers.get('content-type') ?? '' },
    body: Buffer.from(await request.arrayBuffer()),
  })
}

/** Waits for the end of a job and answers it. */
export async function endedJob(server: TestServer, job_id: string): Promise<Json> {
  let job: Json
  await waitUntil(async () => {
    job = await server.must('GET', `jobs/${job_id}`)
    return ['completed', 'failed'].includes(job.status)
  })
  return job
}

/** Waits for the end of the job of a load, and answers the load and the job. */
export async function endedLoad(
  server: TestServer,
  connection_id: string,
  load: Json,
): Promise<{ load: Json; job: Json }> {
  const job = await endedJob(server, load.job_id)
  return { job, load: await server.must('GET', `migrations/${connection_id}/directory/${load.load_id}`) }
}

/** Loads a directory from a file and answers the load and its job, which have ended. */
export async function loadDirectory(
  server: TestServer,
  connection_id: string,
  file: string | Blob,
  fields?: Record<string, string>,
): Promise<{ load: Json; job: Json }> {
  const answer = await uploadDirectory(server, connection_id, file, fields)
  if (answer.status !== 202) throw new Error(`The upload answers ${answer.status}: ${answer.text}`)
  return await endedLoad(server, connection_id, answer.json)
}
