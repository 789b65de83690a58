import { defined } from '../base/defined.ts'
import { isJsonObject, type JsonValue } from '../base/json.ts'
import type { Connection } from '../connections/connection.ts'
import type { TryCheck } from '../contract/script-try.ts'
import { pageProblem } from '../migration/directory/read-page.ts'
import { readLegacyProfile } from '../migration/legacy-profile.ts'

const shown_users_max = 20
const checks_max = 20

/** What a try of `list_users` answers: how the page ended, what is wrong with it, and its first users. */
export type TriedListing = { outcome: 'listed' | 'list_refused'; checks: TryCheck[]; shown: JsonValue }

/** The users of a page who could not move, by their place in it. */
function refusedUsers({ options }: Connection, users: JsonValue[]): TryCheck[] {
  const places = new Map<string, number>()
  return users.flatMap((user, place): TryCheck[] => {
    const refused = (message: string, field?: string): TryCheck[] => [
      { check: 'refused', field: `users[${place}]${field === undefined ? '' : `.${field}`}`, message },
    ]
    if (!isJsonObject(user)) return refused('The user must be an object.')
    const read = readLegacyProfile(user, options, undefined)
    if ('problem' in read) {
      const { field, message } = read.problem
      return refused(`The profile's ${field} ${message}.`, field)
    }
    const { legacy_id } = read.profile
    const before = places.get(legacy_id)
    places.set(legacy_id, place)
    return before === undefined ? [] : refused(`The user has the id of users[${before}].`, 'user_id')
  })
}

/** Reads a page of `list_users`: at most 500 users and a cursor. Its first 20 users are shown. Nothing is written. */
export function readListing(connection: Connection, page: JsonValue): TriedListing {
  const problem = pageProblem(page)
  if (problem !== undefined || !isJsonObject(page) || !Array.isArray(page['users'])) {
    return { outcome: 'list_refused', checks: [{ check: 'refused', ...defined({ message: problem }) }], shown: null }
  }
  const { users, next = null } = page
  const refused = refusedUsers(connection, users)
  const notes: TryCheck[] = []
  if (users.length > shown_users_max) {
    const message = `The page has ${users.length} users, of whom ${shown_users_max} are shown.`
    notes.push({ check: 'cut', field: 'users', message })
  }
  if (refused.length > checks_max) {
    const message = `${refused.length} users of the page could not move, of whom ${checks_max} are listed.`
    notes.push({ check: 'refused', field: 'users', message })
  }
  return {
    outcome: 'listed',
    checks: [...notes, ...refused.slice(0, checks_max)],
    shown: { users: users.slice(0, shown_users_max), next },
  }
}
