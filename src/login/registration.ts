import type { JsonObject } from '../base/json.ts'
import { defined } from '../base/defined.ts'
import { mergeMetadata } from '../base/merge-metadata.ts'
import type { DecideRegistration, Registration } from '../rules/pre-registration.ts'
import { profile_entries } from '../users/user-columns.ts'
import type { CheckedUser } from './insert-local-user.ts'
import { enqueueActions, type ActionsJob } from '../rules/enqueue-actions.ts'
import type { Transaction } from '../store/tables.ts'
import type { Connection } from '../connections/connection.ts'

/** The dependency of sign-ups and of creating users. */
export type RegistrationDeps = { decideRegistration: DecideRegistration }

/**
 * Runs the actions of `pre-user-registration` for a user whose identifiers are free, before anything is written, and returns the user with
 * the metadata that they add.
 *
 * @throws {Refusal} `registration_denied`, `registration_failed`
 */
export async function withRegistrationMetadata(
  deps: RegistrationDeps,
  registration: Omit<Registration, 'profile'>,
  checked: CheckedUser,
): Promise<CheckedUser> {
  const { fields, email, username, phone_number } = checked
  const given = Object.fromEntries(profile_entries.map(([name]) => [name, fields[name]]))
  const identifiers = Object.fromEntries(
    Object.entries({ email, username, phone_number }).filter(([, value]) => value !== null),
  )
  const profile = { ...defined(given), ...identifiers } as JsonObject
  const added = await deps.decideRegistration({ ...registration, profile })
  const merged = (['user_metadata', 'app_metadata'] as const).flatMap((member) =>
    Object.keys(added[member]).length === 0 ? [] : [[member, mergeMetadata(fields[member], added[member])] as const],
  )
  return { ...checked, fields: { ...fields, ...Object.fromEntries(merged) } }
}

/** Enqueues the actions of `post-user-registration` in the transaction that creates a user. */
export async function enqueueRegistered(
  trx: Transaction,
  {
    connection: { tenant_id, connection_id },
    at,
    ...request
  }: { connection: Connection; at: number } & Pick<ActionsJob, 'client_id' | 'caller'>,
  user_id: string,
): Promise<void> {
  const job = { trigger: 'post-user-registration', user_id, connection_id, ...request } as const
  await enqueueActions(trx, { tenant_id, at }, job)
}
