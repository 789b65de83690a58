import type { Shapes } from './shape.ts'

/** The tables of browser sessions, authorization codes and consents. */
export const session_shapes: Pick<Shapes, 'sessions' | 'codes' | 'consents'> = {
  sessions: {
    tenant_id: 'text',
    session_id: 'text',
    secret_digest: 'text',
    user_id: 'text',
    connection_id: 'text',
    request_id: 'text',
    amr: 'text',
    authenticated_at: 'integer',
    expires_at: 'integer',
    ends_at: 'integer',
    ip: 'text?',
    user_agent: 'text?',
  },
  codes: {
    tenant_id: 'text',
    code_digest: 'text',
    session_id: 'text',
    client_id: 'text',
    scope: 'text',
    redirect_uri: 'text?',
    audience: 'text?',
    nonce: 'text?',
    code_challenge: 'text?',
    code_challenge_method: 'text?',
    token_changes: 'text?',
    family_id: 'text?',
    expires_at: 'integer',
    used_at: 'integer?',
  },
  consents: {
    tenant_id: 'text',
    user_id: 'text',
    client_id: 'text',
    audience: 'text',
    scope: 'text',
    updated_at: 'integer',
  },
}
