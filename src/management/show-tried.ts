import { defined } from '../base/defined.ts'
import type { Connection } from '../connections/connection.ts'
import { loginScript } from '../connections/script-matrix.ts'
import type { ScriptName } from '../contract/action-scripts.ts'
import { outcomes, type Outcome } from '../contract/outcomes.ts'
import type { TriedScript } from '../contract/script-try.ts'
import type { TriedRun } from '../login/try-script.ts'
import { identifierKinds } from '../oauth/sign-in/page-links.ts'
import { loginProblemText } from '../pages/login-page.ts'
import { pageText } from '../pages/page-text.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** What the person would read on the log-in page; undefined where the outcome is none of a login that is refused. */
function shownText(tenant: Tenant, connection: Connection, { outcome, message }: TriedRun): string | undefined {
  if (!Object.hasOwn(outcomes, outcome)) return undefined
  const { problem, shows_message } = outcomes[outcome as Outcome]
  if (problem === null) return undefined
  const error = { code: problem, ...(shows_message ? { message } : {}) }
  return pageText(tenant, error, loginProblemText(error, identifierKinds([connection])))
}

/** A tried script as the API shows it: with what the person would read, where the script decides a login. */
export function showTried(tenant: Tenant, connection: Connection, script: ScriptName, run: TriedRun): TriedScript {
  const { message: _message, ...tried } = run
  const decides = script === 'login' || script === loginScript(connection)
  return { ...tried, ...defined({ shown_text: decides ? shownText(tenant, connection, run) : undefined }) }
}
