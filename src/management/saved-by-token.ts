import type { SavedBy } from '../contract/script-version.ts'
import type { BearerToken } from './authorize-route.ts'

/** The client or admin of a token, as the origin of a saved script. */
export function savedByToken({ subject, sub, client_id, user_name }: BearerToken): SavedBy {
  if (subject === 'client') return { through: 'api', client_id }
  return { through: 'api', client_id, user_id: sub, ...(user_name === undefined ? {} : { user_name }) }
}
