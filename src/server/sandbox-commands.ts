import { addUsage, type UnitUsage, type UsageCounts } from '../sandbox/usage-accounts.ts'
import type { Db } from '../store/tables.ts'

/** The usage of a connection, or of a tenant, whose connections are listed. */
type ConnectionUsage = Omit<UnitUsage, 'unit_id' | 'tenant_id'> & { connection_id: string; connection: string | null }
type TenantUsage = Pick<UnitUsage, 'tenant_id' | 'processes' | 'since_start' | 'last_hour'> & {
  tenant: string | null
  connections: ConnectionUsage[]
}

async function namesOf(db: Db, tenant_id: string, connection_ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('connections')
    .select(['connection_id', 'name'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', 'in', connection_ids)
    .execute()
  return new Map(rows.map(({ connection_id, name }) => [connection_id, name]))
}

async function usageOfTenant(db: Db, tenant_id: string, units: readonly UnitUsage[]): Promise<TenantUsage> {
  const tenant = await db.selectFrom('tenants').select('name').where('tenant_id', '=', tenant_id).executeTakeFirst()
  const names = await namesOf(
    db,
    tenant_id,
    units.map(({ unit_id }) => unit_id),
  )
  return {
    tenant_id,
    tenant: tenant?.name ?? null,
    processes: units.reduce((sum, unit) => sum + unit.processes, 0),
    since_start: addUsage(units.map(({ since_start }) => since_start)),
    last_hour: addUsage(units.map(({ last_hour }) => last_hour)),
    connections: units.map(({ unit_id, processes, since_start, last_hour }) => ({
      connection_id: unit_id,
      connection: names.get(unit_id) ?? null,
      processes,
      since_start,
      last_hour,
    })),
  }
}

/** The heading of what a connection used, or of what ran for none: checks of templates and inspections. */
function headingOf({ connection_id, connection }: ConnectionUsage): string {
  if (connection_id === 'inspect') return 'inspections of legacy stores'
  if (connection_id.startsWith('template ')) return `checks of the ${connection_id}`
  return `connection ${connection ?? connection_id}`
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`

function describeCounts(counts: UsageCounts): string {
  const { cpu_ms, peak_memory_bytes, calls, calls_waited, started, restarted, ended } = counts
  const endings = Object.entries(ended).map(([why, count]) => `${why} ${count}`)
  return [
    `${(cpu_ms / 1000).toFixed(1)} s CPU`,
    `peak ${mebibytes(peak_memory_bytes)}`,
    `${calls} calls, ${calls_waited} waited`,
    `${started} processes started, ${restarted} after scripts had ended one`,
    `ended: ${endings.length === 0 ? 'none' : endings.join(', ')}`,
  ].join('; ')
}

function describeUsage(
  name: string,
  indent: string,
  usage: Pick<UnitUsage, 'processes' | 'since_start' | 'last_hour'>,
) {
  return [
    `${indent}${name}: ${usage.processes} processes now`,
    `${indent}  last hour: ${describeCounts(usage.last_hour)}`,
    `${indent}  since start: ${describeCounts(usage.since_start)}`,
  ]
}

/** Describes what the scripts of each tenant and connection used in this server, as lines or as JSON. */
export async function describeSandboxes(
  db: Db,
  units: readonly UnitUsage[],
  { tenant_id, as_json }: { tenant_id: string | undefined; as_json: boolean },
): Promise<string> {
  const ids = new Set(units.map((unit) => unit.tenant_id).filter((id) => tenant_id === undefined || id === tenant_id))
  const tenants: TenantUsage[] = []
  for (const id of ids) {
    tenants.push(
      await usageOfTenant(
        db,
        id,
        units.filter((unit) => unit.tenant_id === id),
      ),
    )
  }
  if (as_json) return JSON.stringify(tenants, null, 2)
  const lines = tenants.flatMap((usage) => [
    ...describeUsage(`tenant ${usage.tenant ?? usage.tenant_id}`, '', usage),
    ...usage.connections.flatMap((own) => describeUsage(headingOf(own), '  ', own)),
  ])
  return lines.length === 0 ? 'No script was called since the start of this server.' : lines.join('\n')
}
