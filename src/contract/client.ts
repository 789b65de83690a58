import { Type, type Static } from 'typebox'
import { AuthenticationMethods, NewAuthenticationMethods } from './client-credential.ts'
import { RefreshTokens } from './client-refresh-tokens.ts'
import { patterns } from './patterns.ts'
import { IdParams, List, Name, NoContent, Strict, Text, Choice, offsetPaging, projection, type Route } from './route.ts'

const urls = (description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 2048 }), { maxItems: 200, description }))
const flag = (description: string) => Type.Optional(Type.Boolean({ description }))
const kept = Type.Optional(Type.Unknown({ description: 'Stored and returned unchanged.' }))

const authMethod = Choice(
  ['none', 'client_secret_post', 'client_secret_basic'],
  'How it authenticates at the token endpoint',
)
const usage = Choice(['deny', 'allow', 'require'], 'Kept')
const requireBehavior = Choice(['no_prompt', 'pre_login_prompt', 'post_login_prompt'], 'Kept')

const properties = {
  description: Type.Optional(Type.String({ maxLength: 140, description: 'Description of the application' })),
  app_type: Type.Optional(
    Choice(
      [
        'native',
        'spa',
        'regular_web',
        'non_interactive',
        'resource_server',
        'express_configuration',
        'rms',
        'box',
        'cloudbees',
        'concur',
        'dropbox',
        'mscrm',
        'echosign',
        'egnyte',
        'newrelic',
        'office365',
        'salesforce',
        'sentry',
        'sharepoint',
        'slack',
        'springcm',
        'zendesk',
        'zoom',
        'sso_integration',
        'oag',
      ],
      'Kind of application',
    ),
  ),
  logo_uri: Type.Optional(Type.String({ maxLength: 2048, description: 'URL of the logo' })),
  is_first_party: flag("Whether it is the tenant's own"),
  oidc_conformant: flag('Whether it conforms to OpenID Connect'),
  oidc_conformant_answers: flag(
    "Answers of the standards where Auth0's differ: 400 for invalid_grant, a numeric updated_at, no redirect after a logout without a hint; default: the tenant's",
  ),
  callbacks: urls('URLs that a login may redirect to'),
  allowed_origins: urls('Origins that may call from a browser'),
  web_origins: urls('Origins that may use silent authentication'),
  client_aliases: urls('Audiences of old tokens'),
  allowed_clients: urls('Clients that may delegate'),
  allowed_logout_urls: urls('URLs that a logout may redirect to'),
  grant_types: Type.Optional(
    Type.Array(Text(100, 'Grant type'), { maxItems: 50, description: 'Grants that the client may use' }),
  ),
  token_endpoint_auth_method: Type.Optional(authMethod),
  jwt_configuration: Type.Optional(
    Type.Union([
      Strict({
        lifetime_in_seconds: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 2_592_000, description: 'Lifetime of an ID token, in seconds' }),
        ),
        secret_encoded: flag(
          'Kept: it says that tokens signed with HS256 use the base64-decoded secret, and all tokens are signed with RS256',
        ),
        scopes: kept,
        alg: Type.Optional(Choice(['RS256'], 'ID tokens are signed with RS256')),
      }),
      Type.Null(),
    ]),
  ),
  refresh_token: Type.Optional(Type.Union([RefreshTokens, Type.Null()])),
  client_metadata: Type.Optional(
    Type.Record(Type.String(), Type.Union([Type.String({ maxLength: 255 }), Type.Null()]), {
      maxProperties: 10,
      description: 'Up to ten texts; null removes one',
    }),
  ),
  sso: flag('Single sign-on'),
  sso_disabled: flag('No single sign-on'),
  cross_origin_authentication: flag('Embedded login: pages of its origins may send passwords to /co/authenticate'),
  cross_origin_auth: flag('Older name of cross_origin_authentication, which counts where both are given'),
  cross_origin_loc: kept,
  custom_login_page_on: flag("Show the tenant's own login page: custom_login_page, else that of the global client"),
  custom_login_page: Type.Optional(
    Type.String({ maxLength: 500_000, description: 'HTML of the login page; @@config@@ stands for the request' }),
  ),
  custom_login_page_preview: Type.Optional(Type.String({ maxLength: 500_000, description: 'HTML of its preview' })),
  form_template: Type.Optional(Type.String({ maxLength: 500_000, description: 'HTML of a WS-Federation form' })),
  is_token_endpoint_ip_header_trusted: flag('Trust auth0-forwarded-for at the token endpoint'),
  initiate_login_uri: Type.Optional(Type.String({ maxLength: 2048, description: 'URL that starts a login' })),
  require_pushed_authorization_requests: flag('Accepted'),
  require_proof_of_possession: flag('Accepted'),
  skip_non_verifiable_callback_uri_confirmation_prompt: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
  organization_usage: Type.Optional(usage),
  organization_require_behavior: Type.Optional(requireBehavior),
  resource_server_identifier: Type.Optional(Type.String({ maxLength: 600, description: 'Kept' })),
  external_client_id: kept,
  jwks_uri: kept,
  encryption_key: kept,
  addons: kept,
  mobile: kept,
  native_social_login: kept,
  fedcm_login: kept,
  default_organization: kept,
  organization_discovery_methods: kept,
  signed_request_object: kept,
  compliance_level: kept,
  oidc_logout: kept,
  oidc_backchannel_logout: kept,
  session_transfer: kept,
  token_exchange: kept,
  token_vault_privileged_access: kept,
  par_request_expiry: kept,
  token_quota: kept,
  third_party_security_mode: kept,
  redirection_policy: kept,
  express_configuration: kept,
  b2b_integration_configuration: kept,
  my_organization_configuration: kept,
  async_approval_notification_channels: kept,
  identity_assertion_authorization_grant: kept,
  anonymous_sessions: kept,
}

const client_secret = Type.String({
  minLength: 16,
  maxLength: 512,
  pattern: patterns.client_secret.pattern,
  description: 'The secret; at least 16 characters',
})

/** A client to create. */
export const NewClient = Strict({
  ...properties,
  name: Name,
  client_secret: Type.Optional(client_secret),
  client_authentication_methods: Type.Optional(Type.Union([NewAuthenticationMethods, Type.Null()])),
})
export type NewClient = Static<typeof NewClient>

/** Changes to a client. */
export const ClientChange = Strict({
  ...properties,
  token_endpoint_auth_method: Type.Optional(
    Type.Union([authMethod, Type.Null()], { description: 'null: the default' }),
  ),
  organization_usage: Type.Optional(Type.Union([usage, Type.Null()])),
  organization_require_behavior: Type.Optional(Type.Union([requireBehavior, Type.Null()])),
  name: Type.Optional(Name),
  client_secret: Type.Optional(client_secret),
  client_authentication_methods: Type.Optional(
    Type.Union([AuthenticationMethods, Type.Null()], { description: 'null: it authenticates with its secret' }),
  ),
})
export type ClientChange = Static<typeof ClientChange>

const SigningCertificate = Type.Object({
  cert: Type.String({ description: 'Certificate as PEM' }),
  pkcs7: Type.String({ description: 'The certificate in a PKCS #7 envelope, as PEM' }),
  subject: Type.String({ description: 'Its subject, such as /CN=auth.example.com' }),
})
export type SigningCertificate = Static<typeof SigningCertificate>

/** A client, as the API shows one. `client_secret` and `signing_keys` are shown only to tokens with read:client_keys. */
export const Client = Type.Object({
  ...properties,
  signing_keys: Type.Optional(
    Type.Array(SigningCertificate, { description: "Certificate of the key that signs the tenant's tokens; read only" }),
  ),
  tenant: Type.String(),
  client_id: Type.String(),
  name: Type.String(),
  global: Type.Boolean({ description: 'The one client that stands for all applications' }),
  client_secret: Type.Optional(Type.String()),
  client_authentication_methods: Type.Optional(Type.Union([AuthenticationMethods, Type.Null()])),
  is_beyond_role: Type.Optional(
    Type.Literal(true, { description: 'Ours, for admins: it has scopes beyond their role, which reads no keys of it' }),
  ),
})
export type Client = Static<typeof Client>

/** Defaults of a new client. */
export const newClientDefaults = {
  is_first_party: true,
  oidc_conformant: false,
  is_token_endpoint_ip_header_trusted: false,
  sso_disabled: false,
  cross_origin_authentication: false,
  custom_login_page_on: true,
  grant_types: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
  jwt_configuration: { secret_encoded: false, lifetime_in_seconds: 36_000 },
  // Unlike at Auth0, where a new client keeps one refresh token for ever: theft of it is never detected (RFC 9700 section 2.2.2).
  refresh_token: {
    rotation_type: 'rotating',
    expiration_type: 'expiring',
    leeway: 0,
    token_lifetime: 2_592_000,
    idle_token_lifetime: 1_296_000,
    infinite_token_lifetime: false,
    infinite_idle_token_lifetime: false,
  },
} satisfies Omit<NewClient, 'name'>

/** Operations on clients. */
export const clientRoutes = {
  listClients: {
    method: 'GET',
    url: '/api/v2/clients',
    scopes: ['read:clients', 'read:client_keys', 'read:client_credentials', 'read:client_summary'],
    tag: 'clients',
    summary: 'List clients',
    status: 200,
    list: 'clients',
    query: Strict({
      ...offsetPaging,
      ...projection,
      from: Type.Optional(Text(1024, '`next` of the last answer.')),
      take: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Items to read; default 50.' })),
      is_global: Type.Optional(Type.Boolean({ description: 'Only (or without) the global client' })),
      is_first_party: Type.Optional(Type.Boolean({ description: 'Only (or without) first-party clients' })),
      app_type: Type.Optional(Type.String({ maxLength: 500, description: 'Comma-separated kinds' })),
      client_ids: Type.Optional(Type.String({ maxLength: 5000, description: 'Comma-separated ids' })),
      external_client_id: Type.Optional(Text(1024, 'Value of external_client_id to look for')),
      q: Type.Optional(Type.String({ maxLength: 500, description: 'Part of the name, or the client_id, to look for' })),
    }),
    response: List('clients', Client),
  },
  createClient: {
    method: 'POST',
    url: '/api/v2/clients',
    scopes: ['create:clients'],
    tag: 'clients',
    summary: 'Create a client',
    description: 'The response contains the secret.',
    status: 201,
    body: NewClient,
    response: Client,
  },
  getClient: {
    method: 'GET',
    url: '/api/v2/clients/:id',
    scopes: ['read:clients', 'read:client_keys', 'read:client_credentials', 'read:client_summary'],
    tag: 'clients',
    summary: 'Get a client',
    status: 200,
    params: IdParams,
    query: Strict({ ...projection }),
    response: Client,
  },
  updateClient: {
    method: 'PATCH',
    url: '/api/v2/clients/:id',
    scopes: ['update:clients', 'update:client_keys', 'update:client_credentials'],
    tag: 'clients',
    summary: 'Update a client',
    description:
      'Of a client whose grants for this API reach beyond what the caller may grant, only `name`, `description`, `logo_uri` and `client_metadata` change.',
    status: 200,
    params: IdParams,
    body: ClientChange,
    response: Client,
  },
  deleteClient: {
    method: 'DELETE',
    url: '/api/v2/clients/:id',
    scopes: ['delete:clients'],
    tag: 'clients',
    summary: 'Delete a client',
    description: 'Not one whose grants for this API reach beyond what the caller may grant.',
    status: 204,
    params: IdParams,
    response: NoContent,
  },
  rotateClientSecret: {
    method: 'POST',
    url: '/api/v2/clients/:id/rotate-secret',
    scopes: ['update:client_keys'],
    tag: 'clients',
    summary: 'Rotate a client secret',
    description: 'The old secret stops working at once; the response contains the new one.',
    status: 200,
    params: IdParams,
    response: Client,
  },
} satisfies Record<string, Route>
