import { Refusal } from '../../../contract/refusal.ts'
import { verifyIdTokenHint } from '../../verify-id-token-hint.ts'
import { errorOf, type Check } from './check.ts'

/** `id_token_hint`: an ID token of this issuer for this client, which may have expired (OpenID Connect Core section 3.1.2.1). */
export const checkIdTokenHint: Check = async (deps, request) => {
  const { id_token_hint } = request.parameters
  if (id_token_hint === undefined) return
  const { tenant, client, target } = request
  try {
    const hint = await verifyIdTokenHint(deps, tenant.tenant_id, target.issuer, id_token_hint)
    if (hint.client_id !== client.client_id) throw new Refusal('invalid_token')
    request.hinted_user_id = hint.user_id
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw errorOf(request, 'invalid_request', 'id_token_hint is not an ID token of this issuer for this client.')
  }
}
