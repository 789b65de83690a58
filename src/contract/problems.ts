/**
 * Contract: the public interface as data. Schemas, routes, problems and outcomes, with no behaviour beyond reading
 * them, and no knowledge of their implementation.
 */
import { admin_problems } from './admin-problems.ts'
import { finish_problems } from './finish-problems.ts'
import { migration_problems } from './migration-problems.ts'
import { identity_problems } from './identity-problems.ts'
import { oauth_problems } from './oauth-problems.ts'
import type { Problem } from './problem.ts'

export type { Problem } from './problem.ts'

const table = {
  // Management API: authentication and input
  missing_authentication: { status: 401, message: 'Missing authentication' },
  invalid_token: { status: 401, error: 'invalid_token', message: 'Invalid token' },
  expired_token: {
    status: 401,
    error: 'invalid_token',
    message: 'Expired token received for JSON Web Token validation',
  },
  invalid_signature: {
    status: 401,
    error: 'invalid_token',
    message: 'Invalid signature received for JSON Web Token validation',
  },
  bad_audience: { status: 401, error: 'invalid_token', message: 'Bad audience: the token is not for this API' },
  insufficient_scope: { status: 403, errorCode: 'insufficient_scope', message: 'Insufficient scope' },
  invalid_body: { status: 400, errorCode: 'invalid_body', message: 'Payload validation error' },
  invalid_query_string: { status: 400, errorCode: 'invalid_query_string', message: 'Query validation error' },
  invalid_uri: { status: 400, error: 'invalid_request', errorCode: 'invalid_uri', message: 'Path validation error' },
  malformed_body: {
    status: 400,
    error: 'invalid_request',
    errorCode: 'invalid_body',
    message: 'The body could not be read',
  },
  body_too_large: {
    status: 413,
    error: 'invalid_request',
    errorCode: 'payload_too_large',
    message: 'Payload content length greater than maximum allowed',
  },
  too_many_parameters: {
    status: 400,
    error: 'invalid_request',
    errorCode: 'invalid_query_string',
    message: 'The request has too many parameters: at most 100 are accepted.',
  },
  file_too_large: {
    status: 413,
    error: 'invalid_request',
    errorCode: 'file_too_large',
    message: 'The file is too large: at most 4294967296 bytes (4 GiB) are accepted.',
  },
  unsupported_media_type: {
    status: 415,
    error: 'invalid_request',
    errorCode: 'unsupported_media_type',
    message: 'Send the body as application/json or application/x-www-form-urlencoded.',
  },
  not_found: { status: 404, error: 'not_found', message: 'There is nothing at this address.' },
  unknown_host: { status: 404, error: 'not_found', message: 'No tenant answers to this host.' },
  too_many_requests: {
    status: 429,
    error: 'too_many_requests',
    errorCode: 'too_many_requests',
    message: 'Global limit has been reached',
  },
  internal: {
    status: 500,
    error: 'server_error',
    message: 'An unexpected error occurred. It was written to the server log.',
  },

  // Management API: resources
  inexistent_connection: { status: 404, errorCode: 'inexistent_connection', message: 'The connection does not exist' },
  connection_unusable: {
    status: 404,
    errorCode: 'connection_unusable',
    message: 'The connection is not connected to any node: its legacy store cannot be used right now.',
  },
  inexistent_script_version: {
    status: 404,
    errorCode: 'inexistent_script_version',
    message: 'The script has no such version.',
  },
  inexistent_client: { status: 404, errorCode: 'inexistent_client', message: 'The client does not exist' },
  inexistent_client_credential: {
    status: 404,
    errorCode: 'inexistent_client_credential',
    message: 'The credential does not exist.',
  },
  client_credential_exists: {
    status: 409,
    errorCode: 'client_credential_conflict',
    message: 'The client has a credential with the same kid already.',
  },
  too_many_client_credentials: {
    status: 409,
    errorCode: 'too_many_client_credentials',
    message: 'The client has 10 credentials, which is the most: delete one first.',
  },
  inexistent_client_grant: { status: 404, errorCode: 'inexistent_client_grant', message: 'The grant does not exist.' },
  inexistent_resource_server: {
    status: 404,
    errorCode: 'inexistent_resource_server',
    message: 'The resource server does not exist',
  },
  inexistent_job: { status: 404, errorCode: 'inexistent_job', message: 'The job does not exist.' },
  too_many_exports: {
    status: 429,
    errorCode: 'too_many_requests',
    message: 'There are 5 exports of users that have not ended. Wait until one of them has.',
  },
  job_files_full: {
    status: 429,
    errorCode: 'too_many_requests',
    message:
      'The files of imports and exports of this tenant have 8 GiB. Wait until an import has ended, or for an hour until exports are deleted.',
  },
  job_without_file: {
    status: 404,
    errorCode: 'job_without_file',
    message: 'The job has no file: it has not ended, it is no export, or its file was deleted.',
  },
  too_many_imports: {
    status: 429,
    errorCode: 'too_many_requests',
    message: 'There are 2 active import users jobs, please wait until some of them are finished and try again',
  },
  inexistent_log: { status: 404, errorCode: 'inexistent_log', message: 'The log event does not exist.' },
  // Auth0 sends no errorCode with this one.
  inexistent_log_stream: { status: 404, message: 'The log stream does not exist.' },
  too_many_log_streams: {
    status: 409,
    errorCode: 'too_many_log_streams',
    message: 'The tenant has 20 log streams, which is the most: delete one first.',
  },
  inexistent_email_provider: {
    status: 404,
    errorCode: 'inexistent_email_provider',
    message: 'There is not a configured email provider',
  },
  email_provider_exists: {
    status: 409,
    errorCode: 'email_provider_conflict',
    message: 'An email provider is already configured: update it, or delete it first.',
  },
  inexistent_email_template: {
    status: 404,
    errorCode: 'inexistent_email_template',
    message: 'The template does not exist.',
  },
  email_template_exists: {
    status: 409,
    errorCode: 'email_template_conflict',
    message: 'The template already exists.',
  },
  inexistent_signing_key: {
    status: 404,
    errorCode: 'inexistent_signing_key',
    message: 'The signing key does not exist.',
  },
  inexistent_tenant: { status: 404, errorCode: 'inexistent_tenant', message: 'The tenant does not exist.' },
  inexistent_message: { status: 404, errorCode: 'inexistent_message', message: 'The message does not exist.' },
  script_changed: {
    status: 409,
    errorCode: 'script_changed',
    message: 'The script was saved by someone else meanwhile: nothing was saved.',
  },
  connection_deleted: { status: 400, error: 'invalid_request', message: 'The connection was deleted meanwhile.' },
  connection_exists: {
    status: 409,
    errorCode: 'connection_conflict',
    message: 'A connection with the same name already exists',
  },
  realm_taken: {
    status: 409,
    errorCode: 'connection_conflict',
    message: 'There is already another connection with some realms from "realms" parameter',
  },
  inexistent_rule: { status: 404, errorCode: 'inexistent_rule', message: 'The rule does not exist' },
  rule_exists: { status: 409, errorCode: 'rule_conflict', message: 'A rule with the same name already exists.' },
  rule_order_exists: {
    status: 409,
    errorCode: 'rule_conflict',
    message: 'A rule with the same order already exists.',
  },
  rules_changed: {
    status: 409,
    errorCode: 'rules_changed',
    message: 'The ids are not those of all rules: rules were created or deleted meanwhile. Nothing was changed.',
  },
  inexistent_action: { status: 404, message: 'That action does not exist.' },
  inexistent_action_version: { status: 404, message: 'That action version does not exist.' },
  inexistent_execution: { status: 404, message: 'That action execution does not exist, or its log was deleted.' },
  action_exists: { status: 409, message: 'An action with the same name already exists.' },
  action_bound: {
    status: 400,
    errorCode: 'invalid_body',
    message: 'The action is bound to a trigger: remove the binding first, or repeat the request with ?force=true.',
  },
  action_not_deployed: {
    status: 400,
    errorCode: 'invalid_body',
    message: 'An action that was never deployed cannot be bound.',
  },
  resource_server_exists: {
    status: 409,
    errorCode: 'resource_server_conflict',
    message: 'A resource server with the same identifier already exists.',
  },
  client_grant_exists: {
    status: 409,
    errorCode: 'client_grant_conflict',
    message: 'A grant of this client for this audience already exists.',
  },
  tenant_exists: {
    status: 409,
    errorCode: 'tenant_conflict',
    message: 'A tenant with the same name or domain already exists.',
  },
  system_resource_server: {
    status: 403,
    errorCode: 'operation_not_supported',
    message: 'System resource servers cannot be patched.',
  },
  plan_required: { status: 403, errorCode: 'plan_required', message: 'This feature needs a higher plan.' },
  connection_has_users: {
    status: 400,
    errorCode: 'invalid_body',
    message: 'This database contains users. You cannot change "options.enabledDatabaseCustomization" setting.',
  },
  import_mode_in_use: {
    status: 409,
    errorCode: 'import_mode_in_use',
    message:
      'Users have moved on this connection: without import mode the scripts would decide again and those users would be locked out. Replace the scripts by no-ops to finish the migration, or repeat the request with ?force=true.',
  },
  script_context_is_final: {
    status: 400,
    errorCode: 'invalid_body',
    message: 'options.enable_script_context cannot be turned off once it is on.',
  },
  attributes_not_updatable: {
    status: 400,
    errorCode: 'invalid_body',
    message: 'These user attributes cannot be updated on this connection.',
  },

  operator_only: {
    status: 403,
    errorCode: 'operator_only',
    message: "Only the operator's token, of the default tenant, may do this.",
  },
  global_client: {
    status: 403,
    errorCode: 'operation_not_supported',
    message: 'The global client stands for all applications; it cannot be deleted.',
  },
  id_namespace_is_final: {
    status: 400,
    errorCode: 'invalid_body',
    message:
      'options.id_namespace cannot change once the connection has users: the same people would come again under other ids.',
  },
  change_unavailable: {
    status: 503,
    errorCode: 'temporarily_unavailable',
    message:
      'The legacy store could not tell whether somebody else has this address or username. The user was not changed; try again in a few minutes.',
  },
  ticket_not_supported: {
    status: 400,
    errorCode: 'operation_not_supported',
    message: "The user's main connection does not support this operation.",
  },
  ticket_unavailable: {
    status: 503,
    errorCode: 'temporarily_unavailable',
    message: 'The legacy store could not tell who has this address. No link was made; try again in a few minutes.',
  },
  reserved_identifier: { status: 400, errorCode: 'invalid_body', message: 'The selected identifier is reserved.' },
  search_timeout: { status: 503, errorCode: 'search_timeout', message: 'The search took over 10 seconds: narrow it.' },

  ...admin_problems,
  ...finish_problems,
  ...migration_problems,
  ...identity_problems,
  ...oauth_problems,
} as const satisfies Record<string, Problem>

/** The name of a problem. */
export type ProblemCode = keyof typeof table

/** Every problem by its name; `docs/reference/problems.md` is printed from it. */
export const problems: Readonly<Record<ProblemCode, Problem>> = table
