import type { Unit } from './unit.ts'

/** What the shares see of a unit. */
export type ShareHolder = Pick<
  Unit,
  'tenant_id' | 'processes' | 'starting' | 'waitingSince' | 'idleSince' | 'stopIdle' | 'reclaim' | 'recycle'
>

const starting_per_tenant = 2
const kept_idle_ms = 10_000

/**
 * Decides whether a unit may start a process. With free ones every tenant may have any number. When all are taken, an idle
 * one is stopped (one of a tenant within its share only after 10 s, unless for a tenant below its own); else a tenant with less than its equal share gets one of the tenant that has most, at once. With more
 * tenants than processes they take turns, in the order in which they began to wait: a process that is held ends after its
 * current calls.
 *
 * @param units all units, least recently used first
 */
export function admitProcess(unit: ShareHolder, units: readonly ShareHolder[], max_processes: number): boolean {
  const held = new Map<string, number>()
  for (const each of units) held.set(each.tenant_id, (held.get(each.tenant_id) ?? 0) + each.processes())
  const heldBy = (tenant_id: string) => held.get(tenant_id) ?? 0
  const total = [...held.values()].reduce((sum, count) => sum + count, 0)
  const own = heldBy(unit.tenant_id)
  const ofTenant = (each: ShareHolder) => each.tenant_id === unit.tenant_id
  const starting = units.filter(ofTenant).reduce((sum, each) => sum + each.starting(), 0)
  if (starting >= starting_per_tenant) return false

  const since = unit.waitingSince() ?? Number.POSITIVE_INFINITY
  const before = new Set(
    units
      .filter((each) => {
        const other_since = each.waitingSince()
        if (ofTenant(each) || other_since === undefined) return false
        const theirs = heldBy(each.tenant_id)
        return theirs < own || (theirs === own && other_since < since)
      })
      .map(({ tenant_id }) => tenant_id),
  )
  if (max_processes - total > before.size) return true
  if (before.size > 0) return false
  const claimants = new Set(
    units.filter((each) => each.processes() > 0 || each.waitingSince() !== undefined).map(({ tenant_id }) => tenant_id),
  )
  const share = Math.max(1, Math.floor(max_processes / claimants.size))
  // A tenant that logs in now and then keeps its process, while another one asks for more than its share.
  const mayStop = (each: ShareHolder) =>
    ofTenant(each) ||
    own < share ||
    heldBy(each.tenant_id) > share ||
    Date.now() - (each.idleSince() ?? Number.POSITIVE_INFINITY) > kept_idle_ms
  if (units.some((each) => mayStop(each) && each.stopIdle())) return true
  if (own >= share || total > max_processes) return false
  const most = Math.max(...held.values())
  const candidate = units.find((each) => each.processes() > 0 && heldBy(each.tenant_id) === most && !ofTenant(each))
  if (most > share) candidate?.reclaim()
  else if (own === 0) candidate?.recycle()
  return false
}
