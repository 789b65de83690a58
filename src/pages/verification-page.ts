import type { FastifyInstance, FastifyReply } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { callerOf } from '../http/caller-of.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { confirmVerification, readVerificationTicket } from '../login/verify-email.ts'
import type { Clock } from '../base/clock.ts'
import type { Db } from '../store/tables.ts'
import type { Site, Tenant } from '../tenants/tenant.ts'
import { fieldOf, ownForm } from './form-fields.ts'
import { resultAddress } from './result-address.ts'
import { sendPage } from './send-page.ts'

type Form = { ticket: string; email: string; redirect_url: string | undefined; notice?: string; status?: number }

async function sendForm(reply: FastifyReply, tenant: Tenant, form: Form): Promise<FastifyReply> {
  const { status, redirect_url, ...values } = { notice: undefined, status: 200, ...form }
  return await sendPage(reply, tenant, { template: 'verification', status, values, redirect_url })
}

/** Mounts the page of a verification link: one button, because mail scanners open links. */
export function mountVerificationPage(app: FastifyInstance, deps: { db: Db; clock: Clock; site: Site }): void {
  const formFor = async (tenant: Tenant, ticket: string): Promise<Form> => {
    const { email, result_url } = await readVerificationTicket(deps, tenant, ticket)
    return { ticket, email, redirect_url: result_url }
  }

  app.get('/u/email-verification', async (request, reply) => {
    const tenant = tenantOf(request)
    return await sendForm(reply, tenant, await formFor(tenant, fieldOf(request.query, 'ticket')))
  })

  app.post('/u/email-verification', async (request, reply) => {
    const tenant = tenantOf(request)
    const secret = fieldOf(ownForm(request, deps.site.scheme), 'ticket')
    const form = await formFor(tenant, secret)
    try {
      const done = await confirmVerification(deps, { tenant, secret, caller: callerOf(request) })
      const message = 'Your email was verified. You can continue using the application.'
      const address = resultAddress(done.result_url, {
        success: true,
        code: 'success',
        message,
        email: done.add_email ? done.email : undefined,
      })
      if (address !== undefined) return await reply.header('cache-control', 'no-store').redirect(address, 303)
      return await sendPage(reply, tenant, { template: 'verification-done', values: { email: done.email } })
    } catch (error) {
      if (!(error instanceof Refusal) || error.problem.status !== 503) throw error
      const notice = 'This could not be done right now. Please try again in a few minutes: your link is still valid.'
      if (error.details.retry_after_s !== undefined) void reply.header('retry-after', error.details.retry_after_s)
      return await sendForm(reply, tenant, { ...form, status: 503, notice })
    }
  })
}
