import type {
  KyselyPlugin,
  OperationNode,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  UnknownRow,
} from 'kysely'
import type { Database, Db, Transaction } from './tables.ts'

const cached = [
  'tenants',
  'signing_keys',
  'clients',
  'client_credentials',
  'resource_servers',
  'client_grants',
  'connections',
  'connection_clients',
  'connection_realms',
  'rules',
  'rules_configs',
  'actions',
  'action_bindings',
] as const satisfies (keyof Database)[]

/** A table whose rows are cached in memory. */
export type CachedTable = (typeof cached)[number]

/** Runs after a committed change of a table. */
export type ChangeListener = (table: CachedTable) => void

const listeners_of = new WeakMap<object, Set<ChangeListener>>()

// A store and all its transactions have the same adapter.
const keyOf = (db: Db): object => db.getExecutor().adapter

/** Calls `listener` after each committed change of a cached table that this process makes in this store. */
export function onChange(db: Db, listener: ChangeListener): void {
  const listeners = listeners_of.get(keyOf(db)) ?? new Set()
  listeners_of.set(keyOf(db), listeners.add(listener))
}

/** Reports committed changes to the listeners of a store. */
export function reportChanges(db: Db, tables: Iterable<CachedTable>): void {
  for (const table of tables) for (const listener of listeners_of.get(keyOf(db)) ?? []) listener(table)
}

/** The table that a statement writes to. */
function tableOf(node: RootOperationNode): string | undefined {
  const target: OperationNode | undefined =
    node.kind === 'InsertQueryNode'
      ? node.into
      : node.kind === 'UpdateQueryNode'
        ? node.table
        : node.kind === 'DeleteQueryNode'
          ? node.from.froms[0]
          : undefined
  if (target?.kind !== 'TableNode' || !('table' in target)) return undefined
  return (target as { table: { identifier: { name: string } } }).table.identifier.name
}

/** The cached table that a statement writes to, or undefined. */
export function cachedTableOf(node: RootOperationNode): CachedTable | undefined {
  const table = tableOf(node)
  return cached.find((each) => each === table)
}

/** Calls `report` after each statement that wrote to a cached table. */
class WriteRecorder implements KyselyPlugin {
  readonly #report: (table: CachedTable) => void
  readonly #running = new WeakMap<object, CachedTable>()

  constructor(report: (table: CachedTable) => void) {
    this.#report = report
  }

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    const table = cachedTableOf(node)
    if (table) this.#running.set(queryId, table)
    return node
  }

  async transformResult({ queryId, result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    const table = this.#running.get(queryId)
    if (table) this.#report(table)
    return result
  }
}

/** The store, which reports each statement outside a transaction that writes to a cached table. */
export function withChangeReports(db: Db): Db {
  return db.withPlugin(new WriteRecorder((table) => reportChanges(db, [table])))
}

/** The transaction, which adds each cached table that it writes to `written`. The caller reports them after the commit. */
export function recordWrites(trx: Transaction, written: Set<CachedTable>): Transaction {
  return trx.withPlugin(new WriteRecorder((table) => written.add(table)))
}
