import type { ScriptWorker } from './script-worker.ts'

/** Watches which tenants' scripts compute without end. */
export type BusyTenants = {
  /** Takes the latest samples of all processes. */
  update(processes: readonly { tenant_id: string; worker: Pick<ScriptWorker, 'demand' | 'yieldCores'> }[]): void
}

// Of one core, for so many samples in a row.
const busy_demand = 0.8
const busy_samples = 2

/**
 * The processes of a tenant that needs a whole core get the processor time that no other process needs: at a low priority alone, a
 * process that never waits still delays others by its time slices. Processes that compute less keep the low priority, or else logins
 * of other tenants would delay their calls.
 */
export function watchBusyTenants(): BusyTenants {
  let busy = new Map<string, number>()
  return {
    update(processes) {
      const demands = new Map<string, number>()
      for (const { tenant_id, worker } of processes)
        demands.set(tenant_id, (demands.get(tenant_id) ?? 0) + worker.demand())
      const above = [...demands].filter(([, demand]) => demand >= busy_demand)
      busy = new Map(above.map(([tenant_id]) => [tenant_id, (busy.get(tenant_id) ?? 0) + 1]))
      for (const { tenant_id, worker } of processes) if ((busy.get(tenant_id) ?? 0) >= busy_samples) worker.yieldCores()
    },
  }
}
