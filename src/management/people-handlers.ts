import { connectionOf } from './connection-handlers.ts'
import type { Handlers } from './handler.ts'
import { mailLinkToPerson, searchPeople, unlockPerson, type PeopleDeps } from './people.ts'

/** Operations on one person, for a help desk. */
export function peopleHandlers(deps: PeopleDeps) {
  const { db } = deps
  return {
    async findPeople({ tenant, params, query }) {
      const connection = await connectionOf(db, tenant, params.connection_id)
      return await searchPeople(deps, { tenant, connection }, query)
    },

    async unlockPerson({ tenant, params, body, caller }) {
      const connection = await connectionOf(db, tenant, params.connection_id)
      await unlockPerson(deps, { tenant, connection }, body, caller)
      return null
    },

    async sendLinkToPerson({ tenant, params, body, caller }) {
      const connection = await connectionOf(db, tenant, params.connection_id)
      return { sent_to: await mailLinkToPerson(deps, { tenant, connection }, body, caller) }
    },
  } satisfies Partial<Handlers>
}
