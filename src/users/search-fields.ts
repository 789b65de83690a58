import { expressionBuilder, sql, type SqlBool } from 'kysely'
import { canonicalIdentifier, IdentifierTooLong } from '../base/canonical-identifier.ts'
import type { SearchQuery } from '../base/search-query.ts'
import {
  columnField,
  passes,
  type Condition,
  type FieldValue,
  type SearchField,
  type SearchFields,
} from '../store/search-filter.ts'
import type { Database } from '../store/tables.ts'
import { leafField } from './metadata/leaf-field.ts'
import { isInSet } from './metadata/user-set.ts'
import { user_columns, type UserColumn } from './user-columns.ts'

/** The canonical form of a text; of one that is too long to be an identifier, the text, which no column equals. */
function canonicalForm(text: string): string {
  try {
    return canonicalIdentifier(text)
  } catch (error) {
    if (error instanceof IdentifierTooLong) return text
    throw error
  }
}

function fieldOf(name: string, { type, canonical, folded, zero_is_absent }: UserColumn): SearchField | undefined {
  if (type === 'object') return undefined
  const column = sql.ref(`users.${(folded && canonical) ?? name}`)
  return columnField(type, column, {
    ...(folded && { lower_case: 'stored' }),
    ...(!folded && canonical && { indexed_by: { column: sql.ref(`users.${canonical}`), form: canonicalForm } }),
    // A flag as an index has it.
    ...(zero_is_absent && { present: type === 'flag' ? sql<SqlBool>`${column} = 1` : sql<SqlBool>`${column} > 0` }),
  })
}

function identityField(column: 'c.name' | 'i.identity_user_id' | 'i.strategy'): SearchField {
  const text = sql.ref(column)
  const value: FieldValue = { text, present: sql<SqlBool>`${text} is not null` }
  return {
    matches: (_engine, test) =>
      sql<SqlBool>`exists (select 1 from identities as i join connections as c on c.tenant_id = i.tenant_id and c.connection_id = i.connection_id where i.tenant_id = users.tenant_id and i.user_id = users.user_id and ${passes(test, value)})`,
  }
}

const default_fields = ['email', 'name', 'given_name', 'family_name', 'nickname', 'username', 'phone_number', 'user_id']

/** The fields of a tenant's users that can be searched. */
export const userFields = (tenant_id: string): SearchFields => ({
  foundByAny(engine, conditions): Condition {
    const [first, ...more] = conditions.map((condition) =>
      expressionBuilder<Database, never>()
        .selectFrom('users')
        .select('users.user_id')
        .where('users.tenant_id', '=', tenant_id)
        .where(condition),
    )
    return first
      ? isInSet(
          engine,
          more.reduce((sets, set) => sets.unionAll(set), first),
        )
      : sql<SqlBool>`1 = 0`
  },
  field(name): SearchField | undefined {
    const own = user_columns.get(name)
    const found = own && fieldOf(name, own)
    if (found) return found
    const [root, ...path] = name.split('.')
    if (root === 'app_metadata' || root === 'user_metadata') {
      const column = sql.ref(`users.${root}`)
      if (path.length === 0) return columnField('text', sql`nullif(${column}, '{}')`)
      return leafField(tenant_id, root, path, root === 'user_metadata' ? { exact_only: true } : {})
    }
    switch (name) {
      case 'email.domain':
        return columnField('text', sql.ref('users.email_domain'), { lower_case: 'stored' })
      case 'identities.connection':
        return identityField('c.name')
      case 'identities.user_id':
        return identityField('i.identity_user_id')
      case 'identities.provider':
        return identityField('i.strategy')
      case 'identities.isSocial':
        return columnField('flag', sql`0`)
      default:
        return undefined
    }
  },
  anywhere(term): SearchQuery {
    return { kind: 'any', of: default_fields.map((field) => ({ ...term, field })) }
  },
})
