import type { ProcessLog } from '../base/process-log.ts'
import { Refusal } from '../contract/refusal.ts'
import { not_run_retry_after_s } from '../rules/actions-not-run.ts'
import type { PostLoginContext, PostLoginStep, TokenChanges } from '../rules/post-login.ts'
import { runPostLogin } from './post-login.ts'

/** Dependencies of `refreshLogin`. */
export type RefreshLoginDeps = { log: ProcessLog; post_login_steps: readonly PostLoginStep[] }

/**
 * Runs the post-login steps for new tokens of an earlier login, and returns what they change. It does not count as a login.
 *
 * @throws {Refusal} `login_denied` with the text of the step that denies; `login_not_completed` where a step fails, or redirects, which
 *   needs a browser; `overloaded` where the server could not run them now
 */
export async function refreshLogin(deps: RefreshLoginDeps, context: PostLoginContext): Promise<TokenChanges> {
  const { logins_count } = context.user
  const decision = await runPostLogin(deps.post_login_steps, context, { logins_count })
  switch (decision.kind) {
    case 'allow':
      return decision.changes
    case 'deny': {
      const { message, call } = decision
      throw new Refusal('login_denied', { message, ...(call === undefined ? {} : { post_login: call }) })
    }
    case 'error': {
      const { message, call } = decision
      throw new Refusal('login_not_completed', { post_login: { ...call, error: message } })
    }
    case 'not_run': {
      const { message, call } = decision
      const retry_after_s = not_run_retry_after_s
      throw new Refusal('overloaded', { post_login: { ...call, error: message }, retry_after_s })
    }
    case 'redirect': {
      const message = 'A post-login step redirects, which this grant cannot do.'
      throw new Refusal('login_not_completed', { post_login: { error: message } })
    }
    case 'thrown': {
      deps.log.warn({ err: decision.error, connection: context.connection.name }, 'a post-login step failed')
      throw new Refusal('login_not_completed', { post_login: { error: 'A post-login step failed.' } })
    }
  }
}
