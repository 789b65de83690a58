import type { Clock } from '../base/clock.ts'
import { invalidBody } from '../contract/refusal.ts'
import { decideCause } from '../migration/decisions/decide-cause.ts'
import { decideRecord } from '../migration/decisions/decide-records.ts'
import { showDecision } from '../migration/decisions/decision.ts'
import { writeDecisionFile } from '../migration/decisions/decision-file.ts'
import { loadDecisions, type LoadedDecisions } from '../migration/decisions/load-decisions.ts'
import { withdrawDecision } from '../migration/decisions/withdraw-decision.ts'
import type { Searches } from '../store/searches.ts'
import type { Db } from '../store/tables.ts'
import type { BearerToken } from './authorize-route.ts'
import { connectionOf } from './connection-handlers.ts'
import type { Handlers } from './handler.ts'

/** The admin or, of a token without a user, the client. */
const deciderOf = ({ user_name, client_id }: BearerToken): string => user_name ?? client_id

/** Operations on decisions about migration records. */
export function decisionHandlers(deps: { db: Db; clock: Clock; searches: Searches }) {
  return {
    async setDecision({ tenant, token, params, body }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      const wanted = { record_id: params.record_id, decision: body }
      return showDecision(await decideRecord(deps, connection, wanted, deciderOf(token)))
    },

    async deleteDecision({ tenant, token, params }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      await withdrawDecision(deps, connection, params.record_id, deciderOf(token))
      return null
    },

    async decideCause({ tenant, token, params, body }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      return await decideCause(deps, connection, body, deciderOf(token))
    },

    async exportDecisions({ tenant, params, query }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      const content = writeDecisionFile(deps.db, connection, { is_decided: query.decided === true })
      return { name: `decisions-${connection.name}.csv`, content }
    },

    async loadDecisions({ tenant, token, params, readForm }) {
      const connection = await connectionOf(deps.db, tenant, params.connection_id)
      let loaded: LoadedDecisions | undefined
      await readForm(async (name, content) => {
        if (name !== 'file') throw invalidBody(`The file must be the field file, not ${name.slice(0, 100)}`)
        loaded = await loadDecisions(deps, connection, content, deciderOf(token))
      })
      if (!loaded) throw invalidBody("Must provide 'file' as multipart part")
      return loaded
    },
  } satisfies Partial<Handlers>
}
