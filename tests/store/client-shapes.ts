import type { Shapes } from './shape.ts'

/** The tables of clients. */
export const client_shapes: Pick<Shapes, 'client_grants' | 'clients' | 'client_credentials' | 'client_assertions'> = {
  client_grants: {
    tenant_id: 'text',
    client_grant_id: 'text',
    client_id: 'text',
    audience: 'text',
    scope: 'text',
    allow_all_scopes: 'integer',
    created_at: 'integer',
    updated_at: 'integer',
  },
  clients: {
    tenant_id: 'text',
    client_id: 'text',
    name: 'text',
    secret_sealed: 'text',
    data: 'text',
    is_global: 'integer',
    created_at: 'integer',
    updated_at: 'integer',
  },
  client_credentials: {
    tenant_id: 'text',
    client_id: 'text',
    credential_id: 'text',
    name: 'text?',
    kid: 'text',
    alg: 'text',
    public_jwk: 'text',
    expires_at: 'integer?',
    created_at: 'integer',
    updated_at: 'integer',
  },
  client_assertions: {
    tenant_id: 'text',
    assertion_digest: 'text',
    expires_at: 'integer',
  },
}
