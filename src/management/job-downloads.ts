import type { FastifyInstance } from 'fastify'
import type { Clock } from '../base/clock.ts'
import { Refusal } from '../contract/refusal.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { SealBroken, type Sealer } from '../keys/sealer.ts'
import { jobRow } from '../store/jobs.ts'
import type { Db } from '../store/tables.ts'
import { exportFile, hasSecrets } from '../users/export/export-file.ts'
import { sendFile } from './send-file.ts'

/** Dependencies of downloads by a link. */
export type DownloadDeps = { db: Db; clock: Clock; sealer: Sealer }

const lifetime_ms = 600_000

const aadOf = (tenant_id: string, job_id: string): string => `export-link/${tenant_id}/${job_id}`

/** A link to the file of an export that works without a token for 10 minutes: tools open it with no header. */
export function downloadLink(
  { clock, sealer }: DownloadDeps,
  issuer: string,
  tenant_id: string,
  job_id: string,
): string {
  const ticket = sealer.seal(String(clock.now() + lifetime_ms), aadOf(tenant_id, job_id))
  return `${issuer}api/v2/jobs/${job_id}/download?ticket=${encodeURIComponent(ticket)}`
}

/** Checks the ticket of a link. @throws {Refusal} `ticket_invalid` */
function requireTicket({ clock, sealer }: DownloadDeps, tenant_id: string, job_id: string, ticket: unknown): void {
  try {
    if (typeof ticket === 'string' && Number(sealer.open(ticket, aadOf(tenant_id, job_id))) > clock.now()) return
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
  }
  throw new Refusal('ticket_invalid', { message: 'This link is no longer valid. Get the job again for a new one.' })
}

/** Mounts the download of exports by a link, without a token. A file with password hashes is never sent so. */
export function mountDownloads(api: FastifyInstance, deps: DownloadDeps): void {
  api.get('/jobs/:id/download', async (request, reply) => {
    const { tenant_id } = tenantOf(request)
    const { id } = request.params as { id: string }
    const { ticket } = request.query as { ticket?: unknown }
    requireTicket(deps, tenant_id, id, ticket)
    const row = await jobRow(deps.db, { tenant_id, job_id: id })
    if (!row || hasSecrets(row)) throw new Refusal('inexistent_job')
    return await sendFile(reply, 'application/gzip', await exportFile(deps, row))
  })
}
