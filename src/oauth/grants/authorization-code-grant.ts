import { digestBytes, digestText } from '../../base/digest.ts'
import { newSecret } from '../../base/ids.ts'
import type { ClientCache } from '../../clients/client-cache.ts'
import { Refusal } from '../../contract/refusal.ts'
import { recordEvent } from '../../logs/record-event.ts'
import { familyOfCode, findCode, useCode, type StoredCode } from '../../sessions/authorization-codes.ts'
import { prepareQuery } from '../../store/prepared-query.ts'
import { insertTokenFamily, revokeTokenFamily } from '../../store/refresh-tokens.ts'
import type { Db, Transaction } from '../../store/tables.ts'
import { inTransaction } from '../../store/transaction.ts'
import { userById } from '../../users/user.ts'
import type { Authorization } from '../authorization.ts'
import { scopeAfterSteps, scopeForUser } from '../granted-scope.ts'
import { newTokenFamily } from '../new-token-family.ts'
import { optionalText, requiredText, splitScope } from '../request-fields.ts'
import { requireResourceServer } from '../resolve-audience.ts'
import { authenticationClaims } from '../session-claims.ts'
import { readTokenChanges } from '../token-changes.ts'
import { signTokens, type SignTokensDeps } from '../sign-tokens.ts'
import { tokenIssuedEvent } from '../token-request-event.ts'
import type { Grant, GrantLogs, TokenRequest } from '../token-request.ts'

/** Dependencies of the authorization code grant. */
export type AuthorizationCodeDeps = SignTokensDeps & { db: Db; clients: Pick<ClientCache, 'resourceServer'> }

const logs: GrantLogs = { success: 'seacft', failure: 'feacft', exchange: 'Authorization Code for Access Token' }

const invalid = (): Refusal => new Refusal('invalid_code')

/** A code whose session has not ended. */
type LiveCode = StoredCode & { user_id: string; connection_id: string; authenticated_at: number; amr: string }

const isLive = (code: StoredCode): code is LiveCode => code.user_id !== null

/**
 * Checks the proof of possession (RFC 7636 section 4.6). A verifier for a code without a challenge is refused: an attacker removed the
 * challenge from the request (RFC 9700 section 4.8.2).
 */
function checkVerifier({ code_challenge, code_challenge_method }: StoredCode, request: TokenRequest): void {
  const verifier = optionalText(request.fields, 'code_verifier')
  if (code_challenge === null) {
    if (verifier === undefined && request.is_authenticated) return
    throw new Refusal('invalid_code_verifier')
  }
  const computed = code_challenge_method === 'S256' ? digestText(verifier ?? '') : (verifier ?? '')
  // Equal digests of equal length: the comparison says nothing about where the challenges differ.
  if (verifier === undefined || !digestBytes(computed).equals(digestBytes(code_challenge))) {
    throw new Refusal('invalid_code_verifier')
  }
}

/**
 * The code of a request, which must be valid and issued for the client, the redirect URI and the verifier.
 *
 * @throws {Refusal} `invalid_code`, `invalid_code_verifier`; what a code gave that is used again is revoked first
 */
async function presentedCode(deps: AuthorizationCodeDeps, request: TokenRequest): Promise<LiveCode> {
  const { tenant, client, fields } = request
  const found = await findCode(deps.db, tenant.tenant_id, requiredText(fields, 'code'))
  if (!found || found.client_id !== client.client_id) throw invalid()
  if (found.used_at !== null) throw await refuseReuse(deps, request, found)
  if (found.expires_at <= deps.clock.now() || !isLive(found)) throw invalid()
  // RFC 6749 section 4.1.3: identical, if the authorization request had one.
  if (found.redirect_uri !== null && optionalText(fields, 'redirect_uri') !== found.redirect_uri) throw invalid()
  checkVerifier(found, request)
  return found
}

/** Revokes the refresh tokens of a code that is used again (RFC 6749 section 4.1.2), and returns the refusal to throw. */
async function refuseReuse(deps: AuthorizationCodeDeps, request: TokenRequest, code: StoredCode): Promise<Refusal> {
  const { tenant, client, caller } = request
  const at = deps.clock.now()
  await inTransaction(deps.db, async (trx) => {
    const family_id = await familyOfCode(trx, code)
    if (family_id !== null) await revokeTokenFamily(trx, tenant.tenant_id, family_id, 'code_reused', at)
    await recordEvent(trx, tenant.tenant_id, at, {
      type: logs.failure,
      description: 'The authorization code was used before: what it gave was revoked.',
      client_id: client.client_id,
      client_name: client.name,
      ...(code.user_id === null ? {} : { user_id: code.user_id }),
      details: { code: 'reused', ...(family_id === null ? {} : { family_id }) },
      caller,
    })
  })
  return new Refusal('invalid_code', { log_event: 'written' })
}

type LoginKey = { tenant_id: string; session_id: string; client_id: string }

const findLogin = prepareQuery((db, { tenant_id, session_id, client_id }: LoginKey) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', (join) =>
      join.onRef('users.tenant_id', '=', 'sessions.tenant_id').onRef('users.user_id', '=', 'sessions.user_id'),
    )
    .leftJoin('connection_clients', (join) =>
      join
        .onRef('connection_clients.tenant_id', '=', 'sessions.tenant_id')
        .onRef('connection_clients.connection_id', '=', 'sessions.connection_id')
        .on('connection_clients.client_id', '=', client_id),
    )
    .select(['users.blocked', 'users.legacy_blocked', 'connection_clients.client_id'])
    .where('sessions.tenant_id', '=', tenant_id)
    .where('sessions.session_id', '=', session_id)
    .where('users.linked_to', 'is', null),
)

/**
 * Checks in the transaction of the exchange that the session has not ended, and that its user could still log in to this client.
 *
 * @throws {Refusal} `invalid_code`, `user_blocked`
 */
async function requireLogin(trx: Transaction, { tenant_id, session_id, client_id }: LiveCode): Promise<void> {
  const { rows } = await findLogin(trx, { tenant_id, session_id, client_id })
  const [found] = rows
  if (!found || found.client_id === null) throw invalid()
  if (found.blocked === 1 || found.legacy_blocked === 1) throw new Refusal('user_blocked')
}

/** The authorization that a code stands for, as far as a login would still grant it. */
async function authorize(deps: AuthorizationCodeDeps, request: TokenRequest, code: LiveCode): Promise<Authorization> {
  const { tenant, issuer, client } = request
  const { tenant_id } = tenant
  const user = await userById(deps.db, tenant_id, code.user_id)
  if (!user) throw invalid()
  const resource_server =
    code.audience === null ? undefined : await requireResourceServer(deps.clients, tenant_id, code.audience)
  const { session_id, authenticated_at } = code
  const session = { session_id, authenticated_at, amr: JSON.parse(code.amr) as string[] }
  const changes = readTokenChanges(code.token_changes)
  const granted = scopeForUser(client, resource_server, splitScope(code.scope))
  return {
    tenant,
    issuer,
    client,
    subject: { kind: 'user', user, authentication: authenticationClaims(session, code.nonce ?? undefined) },
    resource_server,
    scope: scopeAfterSteps(granted, resource_server, changes),
    custom_claims: changes,
  }
}

/**
 * The authorization code grant (RFC 6749 section 4.1.3): tokens for the login of a browser. A code is exchanged once, also by concurrent
 * requests; its second use revokes the refresh tokens that the first one gave.
 */
export function authorizationCodeGrant(deps: AuthorizationCodeDeps): Grant {
  return {
    grant_type: 'authorization_code',
    allowed_by: ['authorization_code'],
    needs_authentication: false,
    required: ['code'],
    logs,
    async issue(request) {
      const code = await presentedCode(deps, request)
      const authorization = await authorize(deps, request, code)
      const refresh_token = authorization.scope.includes('offline_access') ? newSecret() : undefined
      const answer = await signTokens(deps, authorization, refresh_token)
      const { tenant_id, code_digest, connection_id, session_id } = code
      const at = deps.clock.now()
      const { subject } = authorization
      if (subject.kind !== 'user') throw new Error('An authorization code stands for a user')
      const family =
        refresh_token === undefined
          ? undefined
          : newTokenFamily({ ...authorization, user: subject.user, connection_id, session_id, refresh_token, at })
      const is_first = await inTransaction(deps.db, async (trx) => {
        await requireLogin(trx, code)
        if (!(await useCode(trx, { tenant_id, code_digest, family_id: family?.family_id ?? null, at }))) return false
        if (family) await insertTokenFamily(trx, family)
        await recordEvent(trx, tenant_id, at, tokenIssuedEvent(logs, request, authorization, { connection_id }))
        return true
      })
      if (!is_first) throw await refuseReuse(deps, request, code)
      return answer
    },
  }
}
