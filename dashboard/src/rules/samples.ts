/** The script of a new rule without a template. */
export const blank_rule = `function (user, context, callback) {
  // Change the tokens by context.idToken and context.accessToken, or deny:
  // return callback(new UnauthorizedError('You cannot log in.'))
  callback(null, user, context)
}
`

const signed_in_at = '2026-01-15T09:30:00.000Z'

/** A user, as a rule receives one. */
export const sample_user = {
  user_id: 'auth0|1001',
  email: 'ada@example.com',
  email_verified: true,
  name: 'Ada Lovelace',
  nickname: 'ada',
  identities: [{ user_id: '1001', provider: 'auth0', connection: 'customers', isSocial: false }],
  user_metadata: {},
  app_metadata: { roles: ['editor'] },
  last_ip: '203.0.113.7',
  logins_count: 2,
  created_at: '2026-01-02T08:00:00.000Z',
  updated_at: signed_in_at,
}

/** The context of a login, as a rule receives it. */
export const sample_context = {
  tenant: 'default',
  clientID: 'client-id',
  clientName: 'Shop',
  clientMetadata: {},
  connectionID: 'con_1',
  connection: 'customers',
  connectionStrategy: 'auth0',
  connectionMetadata: {},
  protocol: 'oidc-basic-profile',
  stats: { loginsCount: 2 },
  accessToken: { scope: ['openid', 'email'] },
  idToken: {},
  request: {
    userAgent: 'Mozilla/5.0',
    ip: '203.0.113.7',
    hostname: 'login.example.com',
    query: {},
    body: {},
    geoip: {},
  },
  authentication: { methods: [{ name: 'pwd', timestamp: signed_in_at }] },
  authorization: { roles: [] },
}
