import { defined } from '../base/defined.ts'
import {
  no_token_changes,
  type PostLoginAnswer,
  type PostLoginCall,
  type PostLoginContext,
  type PostLoginStep,
  type TokenChanges,
} from '../rules/post-login.ts'

/** Where a redirected login resumes: the index of the step that redirected it, and what the step returned with the redirect. */
export type Resume = { resume_at: number; resume_with?: string }

/** The decision of all steps. */
export type PostLoginDecision =
  | { kind: 'allow'; changes: TokenChanges }
  | { kind: 'deny' | 'error' | 'not_run'; message: string; call?: PostLoginCall }
  | ({ kind: 'redirect'; url: string } & Resume)
  | { kind: 'thrown'; error: unknown }

/** The outcome of a login that a post-login step ended. */
export const step_outcomes = { deny: 'denied_by_rule', error: 'rule_error', not_run: 'rules_not_run' } as const

/** The changes of one step after those of the steps before it. */
function withChanges(before: TokenChanges, { changes }: Extract<PostLoginAnswer, { kind: 'allow' }>): TokenChanges {
  if (changes === undefined) return before
  return {
    ...before,
    ...changes,
    id_token: { ...before.id_token, ...changes.id_token },
    access_token: { ...before.access_token, ...changes.access_token },
  }
}

/**
 * Runs post-login steps in order until one denies, fails, is not run or redirects. An error that a step throws ends the login.
 *
 * @param options `logins_count`: with this login, where it counts as one; `resume`: for a resumed login, the step that redirected it, which
 *   runs first and reads the result
 */
export async function runPostLogin(
  steps: readonly PostLoginStep[],
  context: PostLoginContext,
  { logins_count, resume }: { logins_count: number; resume?: Resume | undefined },
): Promise<PostLoginDecision> {
  let changes = no_token_changes
  for (const [index, step] of steps.entries()) {
    if (index < (resume?.resume_at ?? 0)) continue
    try {
      const is_resumed = index === resume?.resume_at
      const resumed = is_resumed ? defined({ resume_with: resume?.resume_with }) : {}
      const answer = await step({ ...context, logins_count, is_resumed, ...resumed })
      if (answer.kind === 'redirect') return { ...answer, resume_at: index }
      if (answer.kind !== 'allow') return answer
      changes = withChanges(changes, answer)
    } catch (error) {
      return { kind: 'thrown', error }
    }
  }
  return { kind: 'allow', changes }
}
