import type { Shapes } from './shape.ts'

type UserTables =
  | 'users'
  | 'identities'
  | 'user_identifiers'
  | 'credentials'
  | 'brute_force_counters'
  | 'tickets'
  | 'outbox'
  | 'token_families'
  | 'refresh_tokens'
  | 'admins'
  | 'tenant_admins'

/** The tables of users, identities and credentials. */
export const user_shapes: Pick<Shapes, UserTables> = {
  admins: {
    tenant_id: 'text',
    admin_id: 'text',
    email_lower: 'text',
    password_hash: 'text',
    role: 'text',
    created_at: 'integer',
  },
  tenant_admins: {
    tenant_id: 'text',
    user_id: 'text',
    role: 'text',
    created_at: 'integer',
  },
  credentials: {
    tenant_id: 'text',
    user_id: 'text',
    hash: 'text',
    format: 'text',
    credential_id: 'text',
    normalization: 'text?',
    set_through: 'text',
    set_at: 'integer',
  },
  identities: {
    tenant_id: 'text',
    connection_id: 'text',
    identity_user_id: 'text',
    user_id: 'text',
    strategy: 'text',
    created_at: 'integer',
  },
  outbox: {
    tenant_id: 'text',
    message_id: 'text',
    message_sealed: 'text',
    status: 'text',
    last_error: 'text?',
    attempts: 'integer',
    next_attempt_at: 'integer',
    created_at: 'integer',
    expires_at: 'integer',
  },
  refresh_tokens: {
    tenant_id: 'text',
    token_digest: 'text',
    family_id: 'text',
    created_at: 'integer',
    last_used_at: 'integer?',
    rotated_at: 'integer?',
  },
  brute_force_counters: {
    tenant_id: 'text',
    subject: 'text',
    description: 'text',
    identifier_digest: 'text?',
    failures: 'integer',
    failure_limit: 'integer',
    reserved: 'integer',
    reserved_earlier: 'integer',
    reservation_slot: 'integer',
    started_at: 'integer',
    expires_at: 'integer',
  },
  tickets: {
    tenant_id: 'text',
    ticket_digest: 'text',
    kind: 'text',
    data: 'text',
    connection_id: 'text?',
    user_id: 'text?',
    legacy_id: 'text?',
    email: 'text?',
    created_at: 'integer',
    expires_at: 'integer',
    used_at: 'integer?',
    claimed_until: 'integer?',
  },
  token_families: {
    tenant_id: 'text',
    family_id: 'text',
    client_id: 'text',
    user_id: 'text',
    connection_id: 'text',
    scope: 'text',
    audience: 'text?',
    revoked_because: 'text?',
    created_at: 'integer',
    expires_at: 'integer?',
    revoked_at: 'integer?',
    session_id: 'text?',
  },
  user_identifiers: {
    tenant_id: 'text',
    connection_id: 'text',
    kind: 'text',
    value: 'text',
    user_id: 'text',
  },
  users: {
    tenant_id: 'text',
    user_id: 'text',
    connection_id: 'text',
    user_metadata: 'text',
    app_metadata: 'text',
    extra: 'text',
    email: 'text?',
    email_lower: 'text?',
    username: 'text?',
    username_lower: 'text?',
    phone_number: 'text?',
    name: 'text?',
    nickname: 'text?',
    given_name: 'text?',
    family_name: 'text?',
    picture: 'text?',
    last_ip: 'text?',
    email_verified: 'integer',
    phone_verified: 'integer',
    blocked: 'integer',
    created_at: 'integer',
    updated_at: 'integer',
    logins_count: 'integer',
    last_login: 'integer?',
    last_password_reset: 'integer?',
    legacy_blocked: 'integer',
    second_factors: 'text?',
  },
}
