import {
  createLogStream,
  deleteLogStream,
  getLogStream,
  listLogStreams,
  rotateLogStreamSecret,
  updateLogStream,
  type LogStreamDeps,
} from '../logs/streams/manage-log-streams.ts'
import { testLogStream, type TestLogStreamDeps } from '../logs/streams/test-log-stream.ts'
import { createTenantLimit } from '../login/tenant-limit.ts'
import { streamFor } from './hide-webhooks.ts'
import type { Handlers } from './handler.ts'

const withinLimit = createTenantLimit(4, 'tests of log streams')

/** Operations on log streams. */
export function logStreamHandlers(deps: LogStreamDeps & TestLogStreamDeps) {
  return {
    async listLogStreams({ tenant, token, query }) {
      const found = await listLogStreams(deps, tenant.tenant_id)
      const streams = found.map((stream) => streamFor(token, stream))
      return query.include_delivery === true ? streams : streams.map(({ delivery: _, ...stream }) => stream)
    },

    testLogStream: async ({ tenant, params }) =>
      await withinLimit(tenant.tenant_id, () => testLogStream(deps, tenant, params.id)),

    createLogStream: async ({ tenant, body }) => await createLogStream(deps, tenant.tenant_id, body),

    getLogStream: async ({ tenant, token, params }) =>
      streamFor(token, await getLogStream(deps, tenant.tenant_id, params.id)),

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
