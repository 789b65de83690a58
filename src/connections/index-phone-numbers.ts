import { phoneNumber } from '../base/phone-number.ts'
import type { JobHandler } from '../jobs/job.ts'
import type { Transaction } from '../store/tables.ts'
import { connectionById } from './connection.ts'
import { identifierRules } from './identifier-rules.ts'

/** The kind of the jobs that make the phone numbers of a connection's users identifiers. */
export const index_phone_numbers = 'index_phone_numbers'

const batch_size = 500

/** Makes the phone numbers of the next users identifiers. Returns the last user's id; undefined at the end. */
async function indexBatch(
  trx: Transaction,
  tenant_id: string,
  connection_id: string,
  after: string,
): Promise<{ last: string; users: number } | undefined> {
  const users = await trx
    .selectFrom('users')
    // Users without a password are those whom legacy mode cached: they are not found by identifiers.
    .innerJoin('credentials', (join) =>
      join.onRef('credentials.tenant_id', '=', 'users.tenant_id').onRef('credentials.user_id', '=', 'users.user_id'),
    )
    .select(['users.user_id', 'users.phone_number'])
    .where('users.tenant_id', '=', tenant_id)
    .where('users.connection_id', '=', connection_id)
    .where('users.user_id', '>', after)
    .orderBy('users.user_id')
    .limit(batch_size)
    .execute()
  const last = users.at(-1)
  if (!last) return undefined
  for (const { user_id, phone_number } of users) {
    const value = phoneNumber(phone_number ?? '')
    if (value === undefined) continue
    await trx
      .insertInto('user_identifiers')
      .values({ tenant_id, connection_id, kind: 'phone_number', value, user_id })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'value']).doNothing())
      .execute()
    const stored = trx.updateTable('users').set({ phone_number: value }).where('tenant_id', '=', tenant_id)
    if (value !== phone_number) await stored.where('user_id', '=', user_id).execute()
  }
  return { last: last.user_id, users: users.length }
}

/**
 * Makes the phone numbers of users identifiers, after `options.attributes.phone_number` became one, in steps of 500 users. A number that is
 * an identifier already stays with its user.
 */
export const indexPhoneNumbers: JobHandler<{ connection_id: string }, string> = {
  async run({ tenant_id, input, cursor, progress, commit }) {
    const { connection_id } = input
    let { done } = progress
    let after: string | undefined = cursor ?? ''
    while (after !== undefined) {
      const from: string = after
      const step = await commit(async (trx) => {
        const connection = await connectionById(trx, tenant_id, connection_id)
        const is_wanted =
          connection && connection.mode !== 'legacy' && identifierRules(connection.options).phone_number.is_active
        const batch = is_wanted ? await indexBatch(trx, tenant_id, connection_id, from) : undefined
        after = batch?.last
        return { cursor: after ?? from, progress: { done: done + (batch?.users ?? 0), total: progress.total } }
      })
      done = step.progress.done
    }
  },
}
