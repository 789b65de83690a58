import type { ConsentsTable, Db, Transaction } from '../store/tables.ts'

/** What a consent is for: a user, a client, and an audience, empty for the scopes of OpenID Connect alone. */
export type ConsentKey = Pick<ConsentsTable, 'tenant_id' | 'user_id' | 'client_id' | 'audience'>

/** The scopes that the user granted before, possibly none; undefined without a consent. */
export async function consentedScope(db: Db | Transaction, key: ConsentKey): Promise<string[] | undefined> {
  const row = await db
    .selectFrom('consents')
    .select('scope')
    .where('tenant_id', '=', key.tenant_id)
    .where('user_id', '=', key.user_id)
    .where('client_id', '=', key.client_id)
    .where('audience', '=', key.audience)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return row.scope === '' ? [] : row.scope.split(' ')
}

/** Records that the user grants these scopes, besides those granted before. */
export async function recordConsent(
  trx: Transaction,
  key: ConsentKey,
  scope: readonly string[],
  at: number,
): Promise<void> {
  const all = [...new Set([...((await consentedScope(trx, key)) ?? []), ...scope])].join(' ')
  await trx
    .insertInto('consents')
    .values({ ...key, scope: all, updated_at: at })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'user_id', 'client_id', 'audience']).doUpdateSet({ scope: all, updated_at: at }),
    )
    .execute()
}
