import { Refusal } from '../contract/refusal.ts'
import { legacyActivityOf, startLegacyActivity } from '../migration/legacy-activity/legacy-activity.ts'
import type { Db } from '../store/tables.ts'
import { connectionOf } from './connection-handlers.ts'
import type { Handlers } from './handler.ts'

type LegacyActivityDeps = Parameters<typeof startLegacyActivity>[0] & { db: Db }

/** Operations on the activity of other programs in the legacy store. */
export function legacyActivityHandlers(deps: LegacyActivityDeps) {
  return {
    async startLegacyActivity({ tenant, params, body }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      return { job_id: await startLegacyActivity(deps, connection, body.duration_s) }
    },

    async getLegacyActivity({ tenant, params }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      const activity = await legacyActivityOf(deps.db, connection)
      if (!activity) throw new Refusal('inexistent_legacy_activity')
      return activity
    },
  } satisfies Partial<Handlers>
}
