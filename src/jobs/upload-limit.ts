import type { ProblemCode } from '../contract/problems.ts'
import { Refusal } from '../contract/refusal.ts'

/** Runs an upload unless the tenant has too many in this process. */
export type UploadLimit = <T>(tenant_id: string, run: () => Promise<T>) => Promise<T>

/** Creates a limit on the uploads of each tenant that run at once in this process: each writes to the store. */
export function createUploadLimit(most: number, problem: ProblemCode): UploadLimit {
  const uploads = new Map<string, number>()
  return async (tenant_id, run) => {
    const before = uploads.get(tenant_id) ?? 0
    if (before >= most) throw new Refusal(problem)
    uploads.set(tenant_id, before + 1)
    try {
      return await run()
    } finally {
      const left = (uploads.get(tenant_id) ?? 1) - 1
      if (left > 0) uploads.set(tenant_id, left)
      else uploads.delete(tenant_id)
    }
  }
}
