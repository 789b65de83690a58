import type { JsonObject } from '../../base/json.ts'
import type { Connection } from '../../connections/connection.ts'
import type { DecisionKind } from '../../contract/decision.ts'
import type { Db } from '../../store/tables.ts'
import { readProfileId } from '../legacy-id.ts'
import { decisionsByLegacyId } from './decision.ts'
import { without_identifiers } from './shared-records.ts'

/** The most users between whom a decision chooses; of more, none is chosen. */
export const profiles_max = 20

/** Of the profiles of several users the one that counts, or the legacy ids of the users where none does. */
export type ChosenProfile = { profile: JsonObject } | { legacy_ids: string[] }

/** Why no user was chosen, for the tenant's log. */
export const severalUsers = (legacy_ids: readonly string[]): string =>
  `Several legacy users have this identifier (${legacy_ids.join(', ')}), and no decision says which of them moves.`

/**
 * Chooses between the profiles of several users with one identifier: the user with the wanted legacy id; else the one whom a decision keeps;
 * else the only one who has no decision to exclude them, to rename them or to make them an alias. A profile without a usable id is chosen
 * before all others, because it is refused with the reason. Users of legacy mode do not move: no decision is applied to them.
 *
 * @param wanted the legacy id of the user in question, where it is known
 */
export async function chooseProfile(
  db: Db,
  connection: Connection,
  profiles: readonly JsonObject[],
  wanted: string | undefined,
): Promise<ChosenProfile> {
  const users: { id: string; profile: JsonObject }[] = []
  for (const profile of profiles.slice(0, profiles_max)) {
    const read = readProfileId(profile, connection.options.id_namespace)
    if ('problem' in read) return { profile }
    users.push({ id: read.id, profile })
  }
  const legacy_ids = users.map(({ id }) => id)
  if (profiles.length > profiles_max) return { legacy_ids }
  const named = users.find(({ id }) => id === wanted)
  if (named) return named
  if (!connection.has_decisions || connection.mode === 'legacy') return { legacy_ids }
  const decisions = await decisionsByLegacyId(db, connection, legacy_ids)
  const kindOf = ({ id }: { id: string }): DecisionKind | undefined => decisions.get(id)?.kind
  const kept = users.filter((user) => kindOf(user) === 'keep')
  const others = users.filter((user) => !without_identifiers.some((kind) => kind === kindOf(user)))
  const rest = users.filter((user) => kindOf(user) !== 'exclude')
  const [chosen] = [kept, others, rest].filter(({ length }) => length === 1).flat()
  if (chosen) return chosen
  // Each of them is excluded.
  const [first] = users
  return first && rest.length === 0 ? first : { legacy_ids }
}
