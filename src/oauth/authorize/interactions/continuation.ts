/** Reasons to ask the user before a request is answered: one file per reason. A reason knows no page. */
import type { Session } from '../../../sessions/session.ts'
import type { AuthorizationRequest } from '../authorization-request.ts'

/** What is known when a request is continued. `request_id`: of the page that the browser comes from; undefined at the first step. */
export type Continuation = {
  request: AuthorizationRequest
  request_id: string | undefined
  /** The session whose user may log in. */
  session: Session | undefined
}
