import { sql, type Expression, type SqlBool } from 'kysely'
import type { Engine } from '../../store/engine.ts'
import type { Condition } from '../../store/search-filter.ts'

/**
 * The condition that a user is one of a set of ids, by which users are found. PostgreSQL reads the set once as an array: joined to the users, it
 * may be read again for each of them.
 */
export function isInSet(engine: Engine, ids: Expression<unknown>): Condition {
  return engine === 'sqlite' ? sql<SqlBool>`users.user_id in ${ids}` : sql<SqlBool>`users.user_id = any(array${ids})`
}
