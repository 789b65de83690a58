import { createPasswordTicket, createVerificationTicket, type CreateTicketDeps } from '../login/create-ticket.ts'
import type { Handlers } from './handler.ts'

/** Operations on tickets. */
export function userTicketHandlers(deps: CreateTicketDeps) {
  return {
    createPasswordChangeTicket: async ({ tenant, body, caller }) => ({
      ticket: await createPasswordTicket(deps, { tenant, input: body, caller }),
    }),

    createEmailVerificationTicket: async ({ tenant, body }) => ({
      ticket: await createVerificationTicket(deps, { tenant, input: body }),
    }),
  } satisfies Partial<Handlers>
}
