import { Type, type Static } from 'typebox'
import { Egress } from './connection-options.ts'
import { patterns } from './patterns.ts'
import { HttpUrl, HttpUrlOrEmpty, Strict, projection, type Route } from './route.ts'

const kept = Type.Optional(Type.Unknown({ description: 'Stored and returned unchanged.' }))
const flag = Type.Optional(Type.Boolean())
const hours = (description: string) => Type.Optional(Type.Number({ minimum: 0.01, maximum: 8760, description }))
const minutes = (description: string) => Type.Optional(Type.Integer({ minimum: 1, maximum: 525_600, description }))

const flagNames = [
  'change_pwd_flow_v1',
  'enable_apis_section',
  'disable_impersonation',
  'enable_client_connections',
  'enable_pipeline2',
  'allow_legacy_delegation_grant_types',
  'allow_legacy_ro_grant_types',
  'allow_legacy_tokeninfo_endpoint',
  'enable_legacy_profile',
  'enable_idtoken_api2',
  'enable_public_signup_user_exists_error',
  'enable_sso',
  'allow_changing_enable_sso',
  'disable_clickjack_protection_headers',
  'no_disclose_enterprise_connections',
  'enforce_client_authentication_on_passwordless_start',
  'enable_adfs_waad_email_verification',
  'revoke_refresh_token_grant',
  'dashboard_log_streams_next',
  'dashboard_insights_view',
  'disable_fields_map_fix',
  'mfa_show_factor_list_on_enrollment',
  'remove_alg_from_jwks',
  'improved_signup_bot_detection_in_classic',
  'genai_trial',
  'local_resource_discovery',
  'enable_dynamic_client_registration',
  'enable_custom_domain_in_emails',
  'disable_management_api_sms_obfuscation',
  'trust_azure_adfs_email_verified_connection_property',
  'custom_domains_provisioning',
  'require_signed_request_object',
  'new_universal_login_experience_enabled',
  'universal_login',
  'use_scope_descriptions_for_consent',
] as const

const Flags = Strict(
  Object.fromEntries(flagNames.map((name) => [name, flag])) as Record<(typeof flagNames)[number], typeof flag>,
  "Flags, by Auth0's names",
)

const properties = {
  friendly_name: Type.Optional(Type.String({ maxLength: 200, description: 'Display name' })),
  picture_url: Type.Optional(HttpUrlOrEmpty('URL of the logo')),
  support_email: Type.Optional(
    Type.String({
      maxLength: 2048,
      pattern: patterns.email_or_empty.pattern,
      description: 'E-mail address of support',
    }),
  ),
  support_url: Type.Optional(HttpUrlOrEmpty('URL of support')),
  default_audience: Type.Optional(
    Type.String({ maxLength: 600, description: 'Resource server of a token request that names none' }),
  ),
  default_directory: Type.Optional(
    Type.String({ maxLength: 128, description: 'Connection of a password grant that names no realm' }),
  ),
  oidc_conformant_answers: Type.Optional(
    Type.Boolean({ description: "The default of a client's oidc_conformant_answers; false if not given" }),
  ),
  default_redirection_uri: Type.Optional(HttpUrlOrEmpty('URL for users who come without a client')),
  allowed_logout_urls: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 2048 }), {
      maxItems: 200,
      description: 'URLs that a logout may redirect to',
    }),
  ),
  session_lifetime: hours('Hours until a session ends'),
  idle_session_lifetime: hours('Hours until an idle session ends'),
  ephemeral_session_lifetime: hours('The same for sessions that end with the browser'),
  idle_ephemeral_session_lifetime: hours('The same for idle ones'),
  extensibility_egress: Type.Optional(Egress),
  enabled_locales: Type.Optional(
    Type.Array(Type.String({ minLength: 2, maxLength: 20 }), {
      minItems: 1,
      maxItems: 200,
      description:
        'Languages of the pages, the default one first. There are texts in en, es, de, fr and ja; other languages are stored only.',
    }),
  ),
  flags: Type.Optional(Flags),
  universal_login: kept,
  session_cookie: kept,
  sandbox_version: Type.Optional(Type.String({ maxLength: 20, description: 'Kept: scripts run on one runtime' })),
  legacy_sandbox_version: Type.Optional(Type.String({ maxLength: 20, description: 'Kept' })),
  change_password: kept,
  guardian_mfa_page: kept,
  error_page: kept,
  device_flow: kept,
  sessions: kept,
  oidc_logout: kept,
  allow_organization_name_in_authentication_api: kept,
  customize_mfa_in_postlogin_action: kept,
  acr_values_supported: kept,
  mtls: kept,
  pushed_authorization_requests_supported: kept,
  authorization_response_iss_parameter_supported: kept,
  skip_non_verifiable_callback_uri_confirmation_prompt: kept,
  default_token_quota: kept,
  security_headers: kept,
  country_codes: kept,
  resource_parameter_profile: kept,
  client_id_metadata_document_supported: kept,
  enable_ai_guide: kept,
  phone_consolidated_experience: kept,
  include_session_metadata_in_tenant_logs: kept,
  dynamic_client_registration_security_mode: kept,
}

const webhook_url = HttpUrl(
  'URL that each text message is posted to as JSON; https, or an address that the operator lists',
)

/** Changes to a tenant's settings. */
export const TenantSettingsChange = Strict({
  ...properties,
  text_message_webhook: Type.Optional(
    Type.Union([
      Strict(
        {
          url: webhook_url,
          secret: Type.Optional(
            Type.String({
              maxLength: 256,
              pattern: patterns.webhook_secret.pattern,
              description:
                'Signs the requests (Standard Webhooks): whsec_ and a key in base64. Never read back, and may be left out while the URL stays the same',
            }),
          ),
        },
        'Ours: the webhook that sends text messages; without one, the outbox keeps them',
      ),
      Type.Null(),
    ]),
  ),
  session_lifetime_in_minutes: minutes('session_lifetime, finer; written only'),
  idle_session_lifetime_in_minutes: minutes('idle_session_lifetime, finer; written only'),
  ephemeral_session_lifetime_in_minutes: minutes('ephemeral_session_lifetime, finer; written only'),
  idle_ephemeral_session_lifetime_in_minutes: minutes('idle_ephemeral_session_lifetime, finer; written only'),
})
export type TenantSettingsChange = Static<typeof TenantSettingsChange>

/** A tenant's settings. */
export const TenantSettings = Type.Object({
  ...properties,
  sandbox_versions_available: Type.Optional(Type.Array(Type.String())),
  text_message_webhook: Type.Optional(
    Type.Object(
      { url: webhook_url },
      {
        description:
          'The webhook that sends text messages. Who may not change it sees its URL without what may be a token.',
      },
    ),
  ),
})
export type TenantSettings = Static<typeof TenantSettings>

/** Default settings of a new tenant. */
export const newTenantSettings = {
  session_lifetime: 168,
  idle_session_lifetime: 72,
  ephemeral_session_lifetime: 72,
  idle_ephemeral_session_lifetime: 24,
  enabled_locales: ['en', 'es', 'de', 'fr', 'ja'],
  flags: { enable_client_connections: true, enable_pipeline2: true },
} satisfies TenantSettings

/** Operations on a tenant's own settings. */
export const tenantSettingsRoutes = {
  getTenantSettings: {
    method: 'GET',
    url: '/api/v2/tenants/settings',
    scopes: ['read:tenant_settings'],
    tag: 'tenants',
    summary: "Get the tenant's settings",
    status: 200,
    query: Strict({ ...projection }),
    response: TenantSettings,
  },
  updateTenantSettings: {
    method: 'PATCH',
    url: '/api/v2/tenants/settings',
    scopes: ['update:tenant_settings'],
    tag: 'tenants',
    summary: "Update the tenant's settings",
    description: 'The plan is not one of them: the operator chooses it.',
    status: 200,
    body: TenantSettingsChange,
    response: TenantSettings,
  },
} satisfies Record<string, Route>
