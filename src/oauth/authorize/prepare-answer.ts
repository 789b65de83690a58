import { newCode, insertCode } from '../../sessions/authorization-codes.ts'
import type { Session } from '../../sessions/session.ts'
import type { TokenChanges } from '../../rules/post-login.ts'
import type { Transaction } from '../../store/tables.ts'
import type { User } from '../../users/user.ts'
import { createAccessToken } from '../access-token.ts'
import { writeTokenChanges } from '../token-changes.ts'
import type { Authorization } from '../authorization.ts'
import { createIdToken } from '../id-token.ts'
import { scopeAfterSteps } from '../granted-scope.ts'
import { halfHash } from '../half-hash.ts'
import { authenticationClaims } from '../session-claims.ts'
import type { SignTokensDeps } from '../sign-tokens.ts'
import type { AuthorizationRequest } from './authorization-request.ts'

/** The parameters of an answer, in order. */
export type AnswerParameters = [name: string, value: string][]

/** An answer, and the write that belongs to it. */
export type PreparedAnswer = { parameters: AnswerParameters; write: (trx: Transaction) => Promise<void> }

/**
 * Prepares the successful answer to an authorization request for the user of a session: code, access token and ID token, as the response
 * type says. The caller writes the code in the transaction that completes the login.
 */
export async function prepareAnswer(
  deps: SignTokensDeps,
  request: AuthorizationRequest,
  { user, session, at, changes }: { user: User; session: Session; at: number; changes: TokenChanges },
): Promise<PreparedAnswer> {
  const { tenant, client, target, response_type, resource_server, nonce, code_challenge, parameters } = request
  const { tenant_id } = tenant
  const code = response_type.code ? newCode() : undefined
  // A refresh token comes with the code only.
  const granted = scopeAfterSteps(request.scope, resource_server, changes)
  const scope = granted.filter((value) => value !== 'offline_access')
  const authorization: Authorization = {
    tenant,
    issuer: target.issuer,
    client,
    subject: { kind: 'user', user, authentication: {} },
    resource_server,
    scope,
    custom_claims: changes,
  }
  const access = response_type.token ? await createAccessToken(deps, authorization, { for_web: true }) : undefined
  const id_token = response_type.id_token
    ? await createIdToken(deps, {
        ...authorization,
        user,
        authentication: {
          ...authenticationClaims(session, nonce),
          ...(access ? { at_hash: halfHash(access.access_token) } : {}),
          ...(code === undefined ? {} : { c_hash: halfHash(code) }),
        },
      })
    : undefined
  const answer: AnswerParameters = []
  if (code !== undefined) answer.push(['code', code])
  if (access) {
    answer.push(['access_token', access.access_token], ['scope', scope.join(' ')])
    answer.push(['expires_in', String(access.expires_in)], ['token_type', 'Bearer'])
  }
  if (id_token !== undefined) answer.push(['id_token', id_token])
  return {
    parameters: answer,
    async write(trx) {
      if (code === undefined) return
      const issued = {
        tenant_id,
        session_id: session.session_id,
        client_id: client.client_id,
        redirect_uri: parameters['redirect_uri'] ?? null,
        scope: request.scope.join(' '),
        audience: resource_server?.identifier ?? null,
        nonce: nonce ?? null,
        code_challenge: code_challenge?.challenge ?? null,
        code_challenge_method: code_challenge?.method ?? null,
        token_changes: writeTokenChanges(changes),
      }
      await insertCode(trx, code, issued, at)
    },
  }
}
