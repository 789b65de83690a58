import {
  createLogStream,
  deleteLogStream,
  getLogStream,
  listLogStreams,
  rotateLogStreamSecret,
  updateLogStream,
  type LogStreamDeps,
} from '../logs/streams/manage-log-streams.ts'
import type { Handlers } from './handler.ts'

/** Operations on log streams. */
export function logStreamHandlers(deps: LogStreamDeps) {
  return {
    async listLogStreams({ tenant }) {
      const streams = await listLogStreams(deps, tenant.tenant_id)
      return streams.map(({ delivery: _, ...stream }) => stream)
    },

    createLogStream: async ({ tenant, body }) => await createLogStream(deps, tenant.tenant_id, body),

    getLogStream: async ({ tenant, params }) => await getLogStream(deps, tenant.tenant_id, params.id),

    updateLogStream: async ({ tenant, params, body }) =>
      await updateLogStream(deps, { tenant_id: tenant.tenant_id, id: params.id }, body),

    rotateLogStreamSecret: async ({ tenant, params }) =>
      await rotateLogStreamSecret(deps, { tenant_id: tenant.tenant_id, id: params.id }),

    async deleteLogStream({ tenant, params }) {
      await deleteLogStream(deps, tenant.tenant_id, params.id)
      return null
    },
  } satisfies Partial<Handlers>
}
