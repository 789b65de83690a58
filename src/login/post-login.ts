import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import type { Caller } from '../logs/record-event.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { User } from '../users/user.ts'

/** What a post-login step decides by. */
export type PostLoginContext = { tenant: Tenant; connection: Connection; client: Client; user: User; caller: Caller }

/** The answer of a post-login step. `message` is the step's own text for the application. */
export type PostLoginAnswer = { kind: 'allow' } | { kind: 'deny'; message: string } | { kind: 'redirect'; url: string }

/** One step between authentication and completion, such as the rules of a tenant. */
export type PostLoginStep = (context: PostLoginContext) => Promise<PostLoginAnswer>

/** The decision of all steps. A redirect names the step that the login is resumed after. */
export type PostLoginDecision =
  | { kind: 'allow' }
  | { kind: 'deny'; message: string }
  | { kind: 'redirect'; url: string; resume_at: number }
  | { kind: 'error'; error: unknown }

/**
 * Runs post-login steps in order until one denies or redirects. A step that throws ends the login.
 *
 * @param first the index of the first step to run: 0, or `resume_at` of a redirect
 */
export async function runPostLogin(
  steps: readonly PostLoginStep[],
  context: PostLoginContext,
  first: number,
): Promise<PostLoginDecision> {
  for (const [index, step] of steps.entries()) {
    if (index < first) continue
    try {
      const answer = await step(context)
      if (answer.kind === 'deny') return answer
      if (answer.kind === 'redirect') return { ...answer, resume_at: index + 1 }
    } catch (error) {
      return { kind: 'error', error }
    }
  }
  return { kind: 'allow' }
}
