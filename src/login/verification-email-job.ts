import { clientById } from '../clients/client.ts'
import type { NewVerificationEmail } from '../contract/job.ts'
import { enqueueJob } from '../jobs/enqueue-job.ts'
import { JobFailed, type JobHandler } from '../jobs/job.ts'
import { inTransaction } from '../store/transaction.ts'
import { tenantById, type Tenant } from '../tenants/tenant.ts'
import { findTicketUser } from './create-ticket.ts'
import { queueVerification, type SendVerificationDeps } from './verify-email.ts'

/** The kind of the jobs that mail a verification link. */
export const verification_email = 'verification_email'

type Input = { user_id: string; client_id: string | null }

/**
 * Enqueues a mail that verifies a user's address, and returns the id of its job.
 *
 * @throws {Refusal} `inexistent_user`, `inexistent_client`, `ticket_not_supported`, `invalid_body` for a user without an address
 */
export async function startVerificationEmail(
  deps: Pick<SendVerificationDeps, 'db' | 'clock'> & { jobs: { wake(): void } },
  tenant: Tenant,
  input: NewVerificationEmail,
): Promise<string> {
  await findTicketUser(deps.db, tenant, input)
  const { user_id, client_id = null } = input
  const { tenant_id } = tenant
  const job_input: Input = { user_id, client_id }
  const job_id = await inTransaction(deps.db, (trx) =>
    enqueueJob(trx, { tenant_id, kind: verification_email, input: job_input, at: deps.clock.now() }),
  )
  deps.jobs.wake()
  return job_id
}

/** Creates the handler: it queues the mail in its only step, so that a job that is run again sends no second one. */
export function createVerificationEmailJob(deps: SendVerificationDeps): JobHandler<Input, 'queued'> {
  return {
    async run({ tenant_id, input, cursor, commit }) {
      if (cursor !== null) return
      const { user_id, client_id } = input
      const tenant = await tenantById(deps.db, tenant_id)
      if (!tenant) throw new JobFailed('The tenant does not exist.')
      const { user, connection } = await findTicketUser(deps.db, tenant, { user_id })
      const client = client_id === null ? undefined : await clientById(deps.db, tenant_id, client_id)
      await commit(async (trx) => {
        await queueVerification(trx, deps, { tenant, connection, user, ...(client && { client }) })
        return { cursor: 'queued', progress: { done: 1, total: 1 } }
      })
      deps.delivery.wake()
    },
  }
}
