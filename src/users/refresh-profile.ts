import type { Transaction } from '../store/tables.ts'
import { nameOf } from './insert-user.ts'
import { writeProfile } from './user-attributes.ts'
import type { UserProfile } from './user-columns.ts'

/**
 * Replaces the profile of a user by the legacy store's current one. Metadata and an administrator's block belong to the tenant and stay;
 * so does the nickname where the new profile has none.
 */
export async function refreshProfile(
  trx: Transaction,
  tenant_id: string,
  user_id: string,
  profile: UserProfile,
  at: number,
): Promise<void> {
  const { blocked: _blocked, user_metadata: _user, app_metadata: _app, nickname, ...described } = profile
  await trx
    .updateTable('users')
    .set({
      ...writeProfile({ ...described, name: nameOf(profile), ...(nickname === null ? {} : { nickname }) }),
      updated_at: at,
    })
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .execute()
}
