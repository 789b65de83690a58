import { readFileSync } from 'node:fs'

/** The core on which the processes of each tenant run, all of them on the same one. */
export type Cores = {
  /** The tenant's core: at first one that the fewest tenants have. Undefined where the system names no cores. */
  of(tenant_id: string): number | undefined
  /** Forgets the cores of all other tenants. */
  keep(tenants: ReadonlySet<string>): void
}

/** Reads a list of cores such as `0-2,5`. */
export function readCoreList(text: string): number[] {
  return text
    .split(',')
    .filter((range) => range.trim() !== '')
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number)
      return Array.from({ length: last - first + 1 }, (_, index) => first + index)
    })
}

/** The cores that this process may use; empty where the system does not say. */
function allowedCores(): number[] {
  try {
    const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    return readCoreList(list)
  } catch {
    return []
  }
}

/** Opens the assignment of tenants to cores. @param allowed by default the cores that this process may use */
export function openCores(allowed: readonly number[] = allowedCores()): Cores {
  const cores = new Map<string, number>()
  return {
    of(tenant_id) {
      const known = cores.get(tenant_id)
      if (known !== undefined || allowed.length === 0) return known
      const tenantsOn = (core: number) => [...cores.values()].filter((each) => each === core).length
      const chosen = allowed.reduce((best, core) => (tenantsOn(core) < tenantsOn(best) ? core : best))
      cores.set(tenant_id, chosen)
      return chosen
    },
    keep(tenants) {
      for (const tenant_id of cores.keys()) if (!tenants.has(tenant_id)) cores.delete(tenant_id)
    },
  }
}
