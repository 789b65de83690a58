import { firstPart } from '../base/page.ts'
import { isoTime } from '../base/time.ts'
import type { OutboxMessage as ShownMessage } from '../contract/outbox-message.ts'
import { Refusal } from '../contract/refusal.ts'
import { listOutbox, outboxMessage, type MailSealer, type OutboxMessage } from '../mail/outbox.ts'
import type { Db } from '../store/tables.ts'
import type { Handlers } from './handler.ts'
import { checkpointAnswer } from './paging.ts'

function show({ last_error, created_at, expires_at, code: _, ...message }: OutboxMessage): ShownMessage {
  return {
    ...message,
    ...(last_error === null ? {} : { last_error }),
    created_at: isoTime(created_at),
    expires_at: isoTime(expires_at),
  }
}

/** Operations on the outbox. */
export function outboxHandlers(deps: { db: Db; sealer: MailSealer }) {
  return {
    async listOutbox({ tenant, query }) {
      const { from, take = 50 } = query
      const found = await listOutbox(deps.db, deps.sealer, tenant.tenant_id, { take: take + 1, from })
      const part = firstPart(found.map(show), take, ({ id }) => id)
      return from === undefined && query.take === undefined ? part.items : checkpointAnswer('messages', part)
    },

    async getOutboxMessage({ tenant, params }) {
      const message = await outboxMessage(deps.db, deps.sealer, tenant.tenant_id, params.id)
      if (!message) throw new Refusal('inexistent_message')
      return show(message)
    },
  } satisfies Partial<Handlers>
}
