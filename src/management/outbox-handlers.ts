import { firstPart } from '../base/page.ts'
import { isoTime } from '../base/time.ts'
import type { OutboxMessage as ShownMessage } from '../contract/outbox-message.ts'
import { Refusal } from '../contract/refusal.ts'
import { listOutbox, outboxMessage, type MailSealer, type OutboxMessage } from '../mail/outbox.ts'
import type { Db } from '../store/tables.ts'
import type { Handlers } from './handler.ts'
import { checkpointAnswer } from './paging.ts'

/** A message as the API shows it. `include_content`: with its text and its HTML, which hold the link or the code. */
function show(
  { last_error, created_at, expires_at, code: _, text, html, ...message }: OutboxMessage,
  include_content = true,
): ShownMessage {
  return {
    ...message,
    ...(include_content ? { text, html } : {}),
    ...(last_error === null ? {} : { last_error }),
    created_at: isoTime(created_at),
    expires_at: isoTime(expires_at),
  }
}

/** Operations on the outbox. */
export function outboxHandlers(deps: { db: Db; sealer: MailSealer }) {
  return {
    async listOutbox({ tenant, query }) {
      const { from, take = 50, include_content } = query
      const found = await listOutbox(deps.db, deps.sealer, tenant.tenant_id, { take: take + 1, from })
      const part = firstPart(
        found.map((message) => show(message, include_content)),
        take,
        ({ id }) => id,
      )
      return from === undefined && query.take === undefined ? part.items : checkpointAnswer('messages', part)
    },

    async getOutboxMessage({ tenant, params, query }) {
      const message = await outboxMessage(deps.db, deps.sealer, tenant.tenant_id, params.id)
      if (!message) throw new Refusal('inexistent_message')
      return show(message, query.include_content)
    },
  } satisfies Partial<Handlers>
}
