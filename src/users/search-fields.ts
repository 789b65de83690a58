import { sql, type SqlBool } from 'kysely'
import type { SearchQuery } from '../base/search-query.ts'
import { json_path_max } from '../store/json-leaf.ts'
import type { SearchField, SearchFields } from '../store/search-filter.ts'
import { user_columns, type UserColumn } from './user-columns.ts'

function fieldOf(name: string, { type, canonical, folded, zero_is_absent }: UserColumn): SearchField | undefined {
  const column = sql.ref(`users.${name}`)
  if (type === 'object') return undefined
  if (folded && canonical) return { kind: 'folded', column: sql.ref(`users.${canonical}`), is_folded: true }
  if (folded) return { kind: 'folded', column }
  return { kind: type, column, ...(zero_is_absent && { present: sql<SqlBool>`${column} > 0` }) }
}

// rtrim removes all characters but the @ from the end, which leaves the local part and the @; the domain follows.
const emailDomain = sql`substr(users.email_lower, length(rtrim(users.email_lower, replace(users.email_lower, '@', ''))) + 1)`

function identityText(name: 'connection' | 'user_id' | 'provider'): SearchField {
  const value = {
    connection: sql.ref('c.name'),
    user_id: sql.ref('i.identity_user_id'),
    provider: sql.ref('i.strategy'),
  }
  return {
    kind: 'related',
    some: (condition) =>
      sql<SqlBool>`exists (select 1 from identities as i join connections as c on c.tenant_id = i.tenant_id and c.connection_id = i.connection_id where i.tenant_id = users.tenant_id and i.user_id = users.user_id and ${condition(value[name])})`,
  }
}

const default_fields = ['email', 'name', 'given_name', 'family_name', 'nickname', 'username', 'phone_number', 'user_id']

/** The fields of a user that can be searched. */
export const userFields: SearchFields = {
  field(name): SearchField | undefined {
    const own = user_columns.get(name)
    const found = own && fieldOf(name, own)
    if (found) return found
    const [root, ...path] = name.split('.')
    if (root === 'app_metadata' || root === 'user_metadata') {
      const free = root === 'app_metadata'
      if (path.length > json_path_max) return undefined
      if (path.length > 0)
        return { kind: 'json', column: sql.ref(`users.${root}`), path, wildcards: free, ranges: free }
      return { kind: 'text', column: sql`nullif(${sql.ref(`users.${root}`)}, '{}')` }
    }
    switch (name) {
      case 'email.domain':
        return { kind: 'folded', column: emailDomain, is_folded: true }
      case 'identities.connection':
        return identityText('connection')
      case 'identities.user_id':
        return identityText('user_id')
      case 'identities.provider':
        return identityText('provider')
      case 'identities.isSocial':
        return { kind: 'flag', column: sql`0` }
      default:
        return undefined
    }
  },
  anywhere(term): SearchQuery {
    return { kind: 'any', of: default_fields.map((field) => ({ ...term, field })) }
  },
}
