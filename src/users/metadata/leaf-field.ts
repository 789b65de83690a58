import { expressionBuilder, sql, type SqlBool } from 'kysely'
import type { Engine } from '../../store/engine.ts'
import { jsonField, json_path_max } from '../../store/json-field.ts'
import {
  joined,
  type Condition,
  type FieldValue,
  type SearchField,
  type TypedCondition,
  type ValueTest,
} from '../../store/search-filter.ts'
import { sortableNumber } from '../../store/sortable-number.ts'
import type { Database, MetadataLeavesTable } from '../../store/tables.ts'
import { leaf_path_max } from './metadata-leaves.ts'
import { isInSet } from './user-set.ts'

type Member = { tenant_id: string; root: 'user_metadata' | 'app_metadata'; names: string[]; path: string }

const value = sql.ref('leaf.value')
const leaf_value: FieldValue = {
  text: value,
  number: value,
  flag: value,
  encode: sortableNumber,
  present: sql<SqlBool>`1 = 1`,
}

/** The leaves at some paths: all of them, or those of the row's user. */
function selectLeaves(engine: Engine, { tenant_id }: Member, paths: string[], of_user: boolean) {
  // Without statistics SQLite would read all leaves at the path for each user, not those of the user.
  const is_forced = engine === 'sqlite' && of_user
  const alias = is_forced ? sql`leaf indexed by metadata_leaves_by_user_id` : sql`leaf`
  const leaves = expressionBuilder<Database, 'users'>()
    .selectFrom(sql<MetadataLeavesTable>`metadata_leaves`.as<'leaf'>(alias))
    .where('leaf.tenant_id', '=', tenant_id)
    .where('leaf.path', 'in', paths)
  return of_user ? leaves.where(sql<SqlBool>`leaf.user_id = users.user_id`) : leaves
}

/** The ids of the users with leaves that pass one condition of a test. */
function byLeaves(engine: Engine, member: Member, { of, condition }: TypedCondition, of_user: boolean) {
  const leaves = selectLeaves(engine, member, [member.path], of_user).select('leaf.user_id')
  if (of === 'present') return leaves
  // Metadata have no timestamps: a date is a text.
  return of === 'timestamp' ? leaves.where(sql<SqlBool>`1 = 0`) : leaves.where('leaf.kind', '=', of).where(condition)
}

/** The ids of the users whose leaves refer to the document, where the document passes the test. */
function byDocuments(engine: Engine, member: Member, test: ValueTest, of_user: boolean) {
  const in_document = jsonField(sql.ref(`owner.${member.root}`), member.names)
  return selectLeaves(engine, member, ['', member.path], of_user)
    .innerJoin('users as owner', (join) =>
      join.onRef('owner.tenant_id', '=', 'leaf.tenant_id').onRef('owner.user_id', '=', 'leaf.user_id'),
    )
    .where('leaf.kind', '=', 'document')
    .where(in_document?.matches(engine, test, true) ?? sql<SqlBool>`1 = 0`)
    .select('leaf.user_id')
}

/** The users who pass, read as a set, so that rows are found by it. */
function isAmong(engine: Engine, member: Member, test: ValueTest): Condition {
  const [first, ...more] = test(leaf_value).map((each) => byLeaves(engine, member, each, false))
  const read = byDocuments(engine, member, test, false)
  const all = first ? more.reduce((sets, set) => sets.unionAll(set), first).unionAll(read) : read
  return isInSet(engine, all)
}

/** Whether the row's user passes. */
function hasLeaf(engine: Engine, member: Member, test: ValueTest): Condition {
  const sets = test(leaf_value).map((each) => byLeaves(engine, member, each, true))
  return joined(
    [...sets, byDocuments(engine, member, test, true)].map((set) => sql<SqlBool>`exists ${set}`),
    'or',
  )
}

/**
 * The field at a path of a user's metadata, read from the index: of users whom it does not cover, from the documents. Undefined for a path
 * of too many member names.
 */
export function leafField(
  tenant_id: string,
  root: Member['root'],
  names: string[],
  options: { exact_only?: true } = {},
): SearchField | undefined {
  if (names.length > json_path_max) return undefined
  const path = [root, ...names].join('.')
  if (path.length > leaf_path_max) return jsonField(sql.ref(`users.${root}`), names, options)
  const member: Member = { tenant_id, root, names, path }
  return {
    matches: (engine, test, finds_rows) => (finds_rows ? isAmong(engine, member, test) : hasLeaf(engine, member, test)),
    in_own_table: true,
    ...options,
  }
}
