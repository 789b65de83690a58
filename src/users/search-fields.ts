import { sql, type SqlBool } from 'kysely'
import type { SearchQuery } from '../base/search-query.ts'
import { json_path_max } from '../store/json-leaf.ts'
import type { Condition, SearchField, SearchFields } from '../store/search-filter.ts'

const column = (name: string) => sql.ref(`users.${name}`)

const folded = ['name', 'given_name', 'family_name', 'nickname'] as const
const letterByLetter = ['user_id', 'username', 'phone_number', 'picture', 'last_ip'] as const
const moments = ['created_at', 'updated_at', 'last_login', 'last_password_reset'] as const

// A flag that is off is as good as absent for these.
const isSet = (name: string): Condition => sql<SqlBool>`${column(name)} = 1`

const fixed = new Map<string, SearchField>([
  ...folded.map((name): [string, SearchField] => [name, { kind: 'folded', column: column(name) }]),
  ...letterByLetter.map((name): [string, SearchField] => [name, { kind: 'text', column: column(name) }]),
  ...moments.map((name): [string, SearchField] => [name, { kind: 'moment', column: column(name) }]),
  ['logins_count', { kind: 'number', column: column('logins_count'), present: sql<SqlBool>`users.logins_count > 0` }],
  ['email_verified', { kind: 'flag', column: column('email_verified') }],
  ['phone_verified', { kind: 'flag', column: column('phone_verified') }],
  ['blocked', { kind: 'flag', column: column('blocked'), present: isSet('blocked') }],
  // Stored in canonical form, with an index.
  ['email', { kind: 'folded', column: column('email_lower'), is_folded: true }],
])

// Trimming all letters but the @ from the right leaves what ends with it; the rest is the domain.
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

const anywhere = ['email', 'name', 'given_name', 'family_name', 'nickname', 'username', 'phone_number', 'user_id']

/** The fields of a user that can be searched. */
export const userFields: SearchFields = {
  field(name): SearchField | undefined {
    const found = fixed.get(name)
    if (found) return found
    const [root, ...path] = name.split('.')
    if (root === 'app_metadata' || root === 'user_metadata') {
      const free = root === 'app_metadata'
      if (path.length > json_path_max) return undefined
      if (path.length > 0) return { kind: 'json', column: column(root), path, wildcards: free, ranges: free }
      return { kind: 'text', column: sql`nullif(${column(root)}, '{}')` }
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
    return { kind: 'any', of: anywhere.map((field) => ({ ...term, field })) }
  },
}
