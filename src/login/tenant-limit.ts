import { Refusal } from '../contract/refusal.ts'

/** Runs work of a tenant while fewer than `max` of it run in this process. @throws {Refusal} `too_many_requests` */
export type TenantLimit = <T>(tenant_id: string, work: () => Promise<T>) => Promise<T>

/** Creates a limit; `what` is the subject of its message, in the plural. */
export function createTenantLimit(max: number, what: string): TenantLimit {
  const running = new Map<string, number>()
  return async (tenant_id, work) => {
    const before = running.get(tenant_id) ?? 0
    if (before >= max) {
      const message = `At most ${max} ${what} of a tenant run at once.`
      throw new Refusal('too_many_requests', { message, retry_after_s: 1 })
    }
    running.set(tenant_id, before + 1)
    try {
      return await work()
    } finally {
      const left = (running.get(tenant_id) ?? 1) - 1
      if (left === 0) running.delete(tenant_id)
      else running.set(tenant_id, left)
    }
  }
}
