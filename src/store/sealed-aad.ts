// The additional authenticated data (AAD) of sealed columns. It names the row, so that a sealed value opens in no other row.

/** The AAD of `clients.secret_sealed`. */
export function clientSecretAad(tenant_id: string, client_id: string): string {
  return `client/${tenant_id}/${client_id}/secret`
}

/** The AAD of one value in `connections.configuration_sealed`. */
export function configurationAad(tenant_id: string, connection_id: string, key: string): string {
  return `connection/${tenant_id}/${connection_id}/configuration/${key}`
}

/** The AAD of one source in `connections.scripts_sealed`. */
export function scriptAad(tenant_id: string, connection_id: string, script: string): string {
  return `connection/${tenant_id}/${connection_id}/script/${script}`
}

/** The AAD of `rules.script_sealed`. */
export function ruleAad(tenant_id: string, rule_id: string): string {
  return `rule/${tenant_id}/${rule_id}/script`
}

/** The AAD of `rules_configs.value_sealed`. */
export function rulesConfigAad(tenant_id: string, key: string): string {
  return `rules-config/${tenant_id}/${key}`
}

/** The AAD of `actions.code_sealed` and of `action_versions.code_sealed`. */
export function actionCodeAad(tenant_id: string, action_id: string): string {
  return `action/${tenant_id}/${action_id}/code`
}

/** The AAD of one value in `actions.secrets` and in `action_versions.secrets`. */
export function actionSecretAad(tenant_id: string, action_id: string, name: string): string {
  return `action/${tenant_id}/${action_id}/secret/${name}`
}

/** The AAD of `signing_keys.private_sealed`. */
export function signingKeyAad(tenant_id: string, kid: string): string {
  return `signing-key/${tenant_id}/${kid}`
}

/** The AAD of `log_streams.sink_sealed`. */
export function logStreamAad(tenant_id: string, log_stream_id: string): string {
  return `log-stream/${tenant_id}/${log_stream_id}`
}

/** The AAD of `email_providers.credentials_sealed`. */
export function emailProviderAad(tenant_id: string): string {
  return `email-provider/${tenant_id}`
}

/** The AAD of the secret of the webhook in `tenants.settings`. */
export function textWebhookAad(tenant_id: string): string {
  return `tenant/${tenant_id}/text-message-webhook`
}

/** The AAD of `outbox.message_sealed`. */
export function messageAad(tenant_id: string, message_id: string): string {
  return `outbox/${tenant_id}/${message_id}`
}

/** The AAD of `users.second_factors`. */
export function secondFactorsAad(tenant_id: string, user_id: string): string {
  return `user/${tenant_id}/${user_id}/second-factors`
}

/** The AAD of the known password in `jobs.input` of an import. */
export function knownPasswordAad(tenant_id: string, job_id: string): string {
  return `job/${tenant_id}/${job_id}/known-password`
}

/** The AAD of `credentials.hash` of the format `foreign`. */
export function foreignHashAad(tenant_id: string, user_id: string): string {
  return `credential/${tenant_id}/${user_id}/foreign`
}

/** The AAD of `job_errors.sealed`. */
export function jobErrorAad(tenant_id: string, job_id: string, row_no: number): string {
  return `job-error/${tenant_id}/${job_id}/${row_no}`
}

/** The AAD of `hash` and `profile` in `directory_rows` and `directory_staged_rows`: a row keeps both from its load to its record. */
export function directoryAad(
  { tenant_id, connection_id }: { tenant_id: string; connection_id: string },
  given_legacy_id: string,
  column: 'hash' | 'profile',
): string {
  return `directory/${tenant_id}/${connection_id}/${column}/${given_legacy_id}`
}
