/** The index of users' metadata: a row for each value at each path. Searches read it instead of every document. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../base/json.ts'
import { readJson } from '../../store/json-column.ts'
import { json_path_max } from '../../store/json-field.ts'
import { insertRows } from '../../store/insert-rows.ts'
import { prepareQuery } from '../../store/prepared-query.ts'
import { sortableNumber } from '../../store/sortable-number.ts'
import type { MetadataLeavesTable, Transaction, UsersTable } from '../../store/tables.ts'

/** What the index reads of a user. */
export type IndexedUser = Pick<UsersTable, 'tenant_id' | 'user_id' | 'user_metadata' | 'app_metadata'>

type Leaf = Pick<MetadataLeavesTable, 'path' | 'kind' | 'value'>

/** The longest path with rows of its own, in characters. */
export const leaf_path_max = 200

// A longer text has a row that refers searches to the document.
const leaf_text_max = 200

// A user with more values has one row that refers searches to the documents.
const leaves_max = 200

/** The row of a user whose documents searches have to read: `pending` until they are indexed, `large` where they have too many values. */
export const documentLeaf = (value: 'pending' | 'large'): Leaf => ({ path: '', kind: 'document', value })

class TooManyLeaves extends Error {}

/** The leaves of a user, by a text that differs between them. */
class LeafSet {
  readonly leaves = new Map<string, Leaf>()
  readonly #paths = new Set<string>()

  #add(leaf: Leaf): void {
    this.leaves.set([leaf.path, leaf.kind, leaf.value].join('\0'), leaf)
    this.#paths.add(leaf.path)
    if (this.leaves.size > leaves_max) throw new TooManyLeaves()
  }

  #addScalar(path: string, value: JsonValue): void {
    if (typeof value === 'number') this.#add({ path, kind: 'number', value: sortableNumber(value) })
    if (typeof value === 'boolean') this.#add({ path, kind: 'flag', value: sortableNumber(value ? 1 : 0) })
    if (typeof value !== 'string') return
    // A long text does not fit into the keys of an index.
    if (value.length > leaf_text_max) this.#add({ path, kind: 'document', value: '' })
    else this.#add({ path, kind: 'text', value })
  }

  /** Adds the values at a path and below: those of arrays count as values of the array's path. */
  addMember(path: string, value: JsonValue, depth: number): void {
    const elements = Array.isArray(value) ? value : [value]
    for (const element of elements) {
      this.#addScalar(path, element)
      if (isJsonObject(element)) this.addMembers(element, path, depth)
    }
    const isEmpty = typeof value !== 'object' || value === null || Object.keys(value).length === 0
    if (!isEmpty && !this.#paths.has(path)) this.#add({ path, kind: 'present', value: '' })
  }

  addMembers(object: JsonObject, path: string, depth: number): void {
    if (depth > json_path_max) return
    for (const [name, value] of Object.entries(object)) {
      const inner = `${path}.${name}`
      // No search reaches such a member by the index: a dot separates the names of a path.
      if (!name.includes('.') && inner.length <= leaf_path_max) this.addMember(inner, value, depth + 1)
    }
  }
}

/** The leaves of a user's metadata: none for empty documents. */
export function leavesOf(user: Pick<IndexedUser, 'user_metadata' | 'app_metadata'>): Leaf[] {
  const set = new LeafSet()
  try {
    for (const column of ['user_metadata', 'app_metadata'] as const) {
      const text = user[column]
      if (text !== '{}') set.addMembers(readJson<JsonObject>(text), column, 1)
    }
  } catch (error) {
    if (!(error instanceof TooManyLeaves)) throw error
    return [documentLeaf('large')]
  }
  return [...set.leaves.values()]
}

const deleteRows = prepareQuery((db, { tenant_id, user_id }: { tenant_id: string; user_id: string }) =>
  db.deleteFrom('metadata_leaves').where('tenant_id', '=', tenant_id).where('user_id', '=', user_id),
)

/** Writes the leaves of users who have none, in the transaction that writes the users. */
export async function insertLeaves(trx: Transaction, users: readonly IndexedUser[]): Promise<void> {
  const rows = users.flatMap((user) =>
    leavesOf(user).map((leaf) => ({ tenant_id: user.tenant_id, user_id: user.user_id, ...leaf })),
  )
  await insertRows(trx, 'metadata_leaves', rows)
}

/** Replaces the leaves of a user, in the transaction that changes the metadata. */
export async function replaceLeaves(trx: Transaction, user: IndexedUser): Promise<void> {
  const { tenant_id, user_id } = user
  await deleteRows(trx, { tenant_id, user_id })
  await insertLeaves(trx, [user])
}
