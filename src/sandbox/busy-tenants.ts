import type { ScriptWorker } from './script-worker.ts'

/** Watches which tenants' scripts compute without end. */
export type BusyTenants = {
  /** Takes the latest samples of all processes. */
  update(processes: readonly { tenant_id: string; worker: Pick<ScriptWorker, 'cpuShare' | 'yieldCores'> }[]): void
}

// Of one core, for so many samples in a row.
const busy_share = 0.6
const busy_samples = 2

/**
 * While several tenants have processes, those of a tenant that uses most of a core get the processor time that no other process needs: at a
 * low priority alone, a process that never waits still delays others by its time slices. Processes that use less keep the low priority,
 * because they would not run at all while other processes keep all cores busy; so do those that wait for a core, whatever they would
 * compute, and those of the only tenant.
 */
export function watchBusyTenants(): BusyTenants {
  let busy = new Map<string, number>()
  return {
    update(processes) {
      const shares = new Map<string, number>()
      for (const { tenant_id, worker } of processes)
        shares.set(tenant_id, (shares.get(tenant_id) ?? 0) + worker.cpuShare())
      const above = shares.size < 2 ? [] : [...shares].filter(([, share]) => share >= busy_share)
      busy = new Map(above.map(([tenant_id]) => [tenant_id, (busy.get(tenant_id) ?? 0) + 1]))
      for (const { tenant_id, worker } of processes) if ((busy.get(tenant_id) ?? 0) >= busy_samples) worker.yieldCores()
    },
  }
}
