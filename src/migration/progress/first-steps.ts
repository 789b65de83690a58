import { defined } from '../../base/defined.ts'
import type { JsonObject } from '../../base/json.ts'
import { connectionFromRow, type Connection } from '../../connections/connection.ts'
import { loginScript } from '../../connections/script-matrix.ts'
import type { FirstSteps } from '../../contract/tenant-progress.ts'
import { readJson } from '../../store/json-column.ts'
import type { Db } from '../../store/tables.ts'

// A tenant at its beginning has few of both.
const newest = 50

/** Whether users can log in in a client. A client for programs only has the grant of client credentials alone. */
function isApplication(data: JsonObject): boolean {
  const { grant_types, app_type } = data
  if (Array.isArray(grant_types)) return grant_types.some((type) => type !== 'client_credentials')
  return app_type !== 'non_interactive'
}

async function hasApplication(db: Db, tenant_id: string): Promise<boolean> {
  const clients = await db
    .selectFrom('clients')
    .select('data')
    .where('tenant_id', '=', tenant_id)
    .where('is_global', '=', 0)
    .orderBy('created_at', 'desc')
    .limit(newest)
    .execute()
  return clients.some(({ data }) => isApplication(readJson<JsonObject>(data)))
}

const hasLoginScript = (connection: Connection): boolean =>
  connection.scripts_sealed[loginScript(connection)] !== undefined

/**
 * How near a connection is to its first move: those that use a legacy store first, then those with the script, then those that import or whose
 * migration has ended.
 */
const nearness = (connection: Connection): number =>
  (connection.mode === 'local' ? 0 : 4) +
  (hasLoginScript(connection) ? 2 : 0) +
  (connection.mode === 'import' || connection.finish_step !== null ? 1 : 0)

async function nearestConnection(db: Db, tenant_id: string): Promise<Connection | undefined> {
  const rows = await db
    .selectFrom('connections')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .orderBy('created_at', 'desc')
    .limit(newest)
    .execute()
  const [nearest] = rows.map(connectionFromRow).toSorted((one, other) => nearness(other) - nearness(one))
  return nearest
}

async function isUsed(db: Db, { tenant_id, connection_id }: Connection): Promise<boolean> {
  const row = await db
    .selectFrom('connection_clients')
    .select('client_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

async function wasCalled(db: Db, connection: Connection): Promise<boolean> {
  const row = await db
    .selectFrom('script_calls')
    .select('calls')
    .where('tenant_id', '=', connection.tenant_id)
    .where('connection_id', '=', connection.connection_id)
    .where('script', '=', loginScript(connection))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

async function countMoved(db: Db, tenant_id: string): Promise<number> {
  const row = await db
    .selectFrom('connection_counters')
    .select((counters) => counters.fn.sum<number | string | null>('value').as('total'))
    .where('tenant_id', '=', tenant_id)
    .where('counter', '=', 'state:migrated')
    .executeTakeFirst()
  return Number(row?.total ?? 0)
}

/** How far a tenant is on the way to the first user who moves. */
export async function firstSteps(db: Db, tenant_id: string): Promise<FirstSteps> {
  const has_application = await hasApplication(db, tenant_id)
  const moved = await countMoved(db, tenant_id)
  const connection = await nearestConnection(db, tenant_id)
  if (!connection) return { has_application, moved }
  return {
    has_application,
    connection: {
      id: connection.connection_id,
      name: connection.name,
      mode: connection.mode,
      ...defined({ finish_step: connection.finish_step ?? undefined }),
      has_login_script: hasLoginScript(connection),
      has_application: await isUsed(db, connection),
      was_called: await wasCalled(db, connection),
    },
    moved,
  }
}
