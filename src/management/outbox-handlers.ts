import type { OutboxMessage as ShownMessage } from '../contract/outbox-message.ts'
import { Refusal } from '../contract/refusal.ts'
import { listOutbox, outboxMessage, type MailSealer, type OutboxMessage } from '../mail/outbox.ts'
import type { Db } from '../store/tables.ts'
import type { Handlers } from './handler.ts'

function show({ last_error, created_at, expires_at, ...message }: OutboxMessage): ShownMessage {
  return {
    ...message,
    ...(last_error === null ? {} : { last_error }),
    created_at: new Date(created_at).toISOString(),
    expires_at: new Date(expires_at).toISOString(),
  }
}

/** Operations on the outbox. */
export function outboxHandlers(deps: { db: Db; sealer: MailSealer }) {
  return {
    async listOutbox({ tenant, query }) {
      const { from, take = 50 } = query
      const found = await listOutbox(deps.db, deps.sealer, tenant.tenant_id, { take: take + 1, from })
      const items = found.slice(0, take)
      const last = items.at(-1)
      const messages = items.map(show)
      if (from === undefined && query.take === undefined) return messages
      return { messages, ...(found.length > items.length && last ? { next: last.id } : {}) }
    },

    async getOutboxMessage({ tenant, params }) {
      const message = await outboxMessage(deps.db, deps.sealer, tenant.tenant_id, params.id)
      if (!message) throw new Refusal('inexistent_message')
      return show(message)
    },
  } satisfies Partial<Handlers>
}
