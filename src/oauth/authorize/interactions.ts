import type { Db } from '../../store/tables.ts'
import type { AuthorizationErrorCode } from './authorization-error.ts'
import type { Continuation } from './interactions/continuation.ts'
import { needsConsent } from './interactions/needs-consent.ts'
import { needsLogin } from './interactions/needs-login.ts'

/** Dependencies of the table. */
export type InteractionDeps = { db: Db; clock: { now(): number } }

/** A reason to ask the user: a page, or an error where the request allows no page (`prompt=none`). */
export type Interaction = {
  page: 'login' | 'consent'
  error: AuthorizationErrorCode
  description: string
  isNeeded(deps: InteractionDeps, continuation: Continuation): boolean | Promise<boolean>
}

/** The reasons to ask the user, in the order in which they are met. */
const interactions: readonly Interaction[] = [
  { page: 'login', error: 'login_required', description: 'Login required', isNeeded: needsLogin },
  { page: 'consent', error: 'consent_required', description: 'Consent required', isNeeded: needsConsent },
]

/** The first reason to ask the user; undefined where the request can be answered at once. */
export async function nextInteraction(
  deps: InteractionDeps,
  continuation: Continuation,
): Promise<Interaction | undefined> {
  for (const interaction of interactions) {
    if (await interaction.isNeeded(deps, continuation)) return interaction
  }
  return undefined
}
