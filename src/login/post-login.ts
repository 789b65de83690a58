import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import type { Caller } from '../logs/record-event.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { User } from '../users/user.ts'

/** The login that post-login steps decide. */
export type PostLoginContext = { tenant: Tenant; connection: Connection; client: Client; user: User; caller: Caller }

/** The input of a post-login step. `is_resumed`: the user comes back from the redirect of this step. */
export type PostLoginInput = PostLoginContext & { is_resumed: boolean }

/** The answer of a post-login step. `message` is the text that the step sends to the application. */
export type PostLoginAnswer = { kind: 'allow' } | { kind: 'deny'; message: string } | { kind: 'redirect'; url: string }

/** A step between authentication and completion, such as a tenant's rules. */
export type PostLoginStep = (input: PostLoginInput) => Promise<PostLoginAnswer>

/** The decision of all steps. `resume_at` is the index of the step that redirects, with which the login resumes. */
export type PostLoginDecision =
  | { kind: 'allow' }
  | { kind: 'deny'; message: string }
  | { kind: 'redirect'; url: string; resume_at: number }
  | { kind: 'error'; error: unknown }

/**
 * Runs post-login steps in order until one denies or redirects. An error of a step ends the login.
 *
 * @param resume_at for a resumed login, the index of the step that redirected it. That step runs first and reads the result
 */
export async function runPostLogin(
  steps: readonly PostLoginStep[],
  context: PostLoginContext,
  resume_at?: number,
): Promise<PostLoginDecision> {
  for (const [index, step] of steps.entries()) {
    if (index < (resume_at ?? 0)) continue
    try {
      const answer = await step({ ...context, is_resumed: index === resume_at })
      if (answer.kind === 'deny') return answer
      if (answer.kind === 'redirect') return { ...answer, resume_at: index }
    } catch (error) {
      return { kind: 'error', error }
    }
  }
  return { kind: 'allow' }
}
