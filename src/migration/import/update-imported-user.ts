import type { Sealer } from '../../keys/sealer.ts'
import { writeJson } from '../../store/json-column.ts'
import { secondFactorsAad } from '../../store/sealed-aad.ts'
import type { Transaction } from '../../store/tables.ts'
import { sealForeignHash } from '../../users/foreign-credential.ts'
import { insertIdentifiers } from '../../users/insert-user.ts'
import { replaceLeaves } from '../../users/metadata/metadata-leaves.ts'
import { writeProfile } from '../../users/user-attributes.ts'
import { newCredential, replaceCredential } from '../../users/write-credential.ts'
import { assignIdentifiers, releaseUsernames } from '../assign-identifiers.ts'
import type { ExistingUser } from './find-imported.ts'
import type { ImportBatch, ImportRow } from './import-row.ts'

// What an upsert changes, as at Auth0.
const updatable = [
  'email_verified',
  'given_name',
  'family_name',
  'name',
  'nickname',
  'picture',
  'app_metadata',
  'user_metadata',
] as const

/** Whether a row may set the password of a user: one who has none, or whose imported one was never used. */
function mayGetPassword({ credential, logins_count }: ExistingUser): boolean {
  return credential === undefined || (credential.set_through === 'import' && logins_count === 0)
}

/** Gives a user without identifiers, whom legacy mode cached, those of the row. */
async function addIdentifiers(
  trx: Transaction,
  { connection, at }: ImportBatch,
  { identifiers }: ImportRow,
  user_id: string,
): Promise<void> {
  const { tenant_id, connection_id } = connection
  const own = await trx
    .selectFrom('user_identifiers')
    .select('value')
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .executeTakeFirst()
  if (own) return
  const assigned = await assignIdentifiers(trx, connection, { user_id }, identifiers)
  await releaseUsernames(trx, { tenant_id, connection_id, user_id, through: 'import', at }, assigned)
  await insertIdentifiers(trx, tenant_id, connection_id, user_id, assigned.identifiers)
}

/**
 * Changes a user who exists as a row says: names, picture and metadata, each replaced as a whole. The password and the second factors are
 * set only where none was ever used; one that was set here stays.
 */
export async function updateImportedUser(
  trx: Transaction,
  { sealer }: { sealer: Sealer },
  batch: ImportBatch,
  row: ImportRow,
  user: ExistingUser,
): Promise<void> {
  const { tenant_id } = batch.connection
  const { user_id } = user
  const { given, profile, hash, second_factors, password_set_at } = row
  const change = Object.fromEntries(updatable.filter((name) => given.has(name)).map((name) => [name, profile[name]]))
  const may_get_password = mayGetPassword(user)
  const new_hash = may_get_password ? hash : undefined
  const set_at = password_set_at ?? batch.at
  const sealed =
    may_get_password && second_factors.length > 0
      ? { second_factors: sealer.seal(writeJson(second_factors), secondFactorsAad(tenant_id, user_id)) }
      : {}
  const changed = await trx
    .updateTable('users')
    // A login that waits for this row sees by the time that another password was set.
    .set({
      ...writeProfile(change),
      ...sealed,
      ...(new_hash && { last_password_reset: set_at }),
      updated_at: batch.at,
    })
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .returning(['tenant_id', 'user_id', 'user_metadata', 'app_metadata'])
    .executeTakeFirst()
  if (changed && (given.has('user_metadata') || given.has('app_metadata'))) await replaceLeaves(trx, changed)
  if (!new_hash) return
  if (user.credential === undefined) await addIdentifiers(trx, batch, row, user_id)
  await replaceCredential(
    trx,
    tenant_id,
    user_id,
    newCredential(sealForeignHash(sealer, { tenant_id, user_id }, new_hash), 'import'),
    set_at,
  )
}
