import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import type { Caller } from '../logs/record-event.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { User } from '../users/user.ts'

/** The input of a post-login step. */
export type PostLoginContext = { tenant: Tenant; connection: Connection; client: Client; user: User; caller: Caller }

/** The answer of a post-login step. `message` is the text that the step sends to the application. */
export type PostLoginAnswer = { kind: 'allow' } | { kind: 'deny'; message: string } | { kind: 'redirect'; url: string }

/** A step between authentication and completion, such as a tenant's rules. */
export type PostLoginStep = (context: PostLoginContext) => Promise<PostLoginAnswer>

/** The decision of all steps. `resume_at` is the index of the step at which a redirected login resumes. */
export type PostLoginDecision =
  | { kind: 'allow' }
  | { kind: 'deny'; message: string }
  | { kind: 'redirect'; url: string; resume_at: number }
  | { kind: 'error'; error: unknown }

/**
 * Runs post-login steps in order until one denies or redirects. An error of a step ends the login.
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
