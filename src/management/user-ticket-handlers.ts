import { orderPasswordTicket, orderVerificationTicket } from '../login/order-ticket.ts'
import type { Handlers } from './handler.ts'

/** Operations on tickets. */
export const userTicketHandlers = {
  createPasswordChangeTicket: async (parts, { tenant, body, caller }) => ({
    ticket: await orderPasswordTicket(parts, { tenant, wanted: body, caller }),
  }),

  createEmailVerificationTicket: async (parts, { tenant, body }) => ({
    ticket: await orderVerificationTicket(parts, { tenant, wanted: body }),
  }),
} satisfies Partial<Handlers>
