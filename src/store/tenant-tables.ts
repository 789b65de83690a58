// Tables of a tenant itself, of its applications and of its connections.
import type { Generated } from 'kysely'
import type { Flag } from './flag.ts'

/** Tenants. `domain` is the exact host, with its port, of the requests for a tenant. */
export type TenantsTable = {
  tenant_id: string
  name: string
  domain: string
  plan: string
  is_default: Flag
  /** 1 for the one tenant whose users are the admins of the others. */
  is_system: Generated<Flag>
  /** JSON: tenant settings with Auth0's names. */
  settings: string
  created_at: number
  updated_at: number
}

/** Signing keys; the private part is sealed. */
export type SigningKeysTable = {
  tenant_id: string
  kid: string
  alg: string
  /** JSON: the public JWK with `x5c`, `x5t`. */
  public_jwk: string
  private_sealed: string
  /** `next` is published ahead, `current` signs, `previous` still verifies, `revoked` does neither. */
  state: string
  created_at: number
  changed_at: number
}

/** Applications. */
export type ClientsTable = {
  tenant_id: string
  client_id: string
  name: string
  secret_sealed: string
  is_global: Flag
  /** JSON: every other property, as the API shows it. */
  data: string
  created_at: number
  updated_at: number
}

/** Public keys that clients authenticate with. A client's `data` says which of them it uses. */
export type ClientCredentialsTable = {
  tenant_id: string
  client_id: string
  credential_id: string
  name: string | null
  kid: string
  alg: string
  /** JSON: the public JWK. */
  public_jwk: string
  expires_at: number | null
  created_at: number
  updated_at: number
}

/** Client assertions that were used, until they expire. The digest is of the client's id and the `jti`. */
export type ClientAssertionsTable = {
  tenant_id: string
  assertion_digest: string
  expires_at: number
}

/** APIs that tokens are for. */
export type ResourceServersTable = {
  tenant_id: string
  resource_server_id: string
  identifier: string
  is_system: Flag
  /** JSON: every other property, as the API shows it. */
  data: string
  created_at: number
  updated_at: number
}

/** Client grants: the scopes that a client may request from a resource server. */
export type ClientGrantsTable = {
  tenant_id: string
  client_grant_id: string
  client_id: string
  audience: string
  /** JSON: array of scope values. */
  scope: string
  allow_all_scopes: Flag
  created_at: number
  updated_at: number
}

/** Connections. `configuration_sealed` holds the values that scripts read as `configuration`, `scripts_sealed` the sources of the scripts. */
export type ConnectionsTable = {
  tenant_id: string
  connection_id: string
  name: string
  strategy: string
  /** JSON: Auth0's option names, without `configuration` and `customScripts`. */
  options: string
  configuration_sealed: string
  /** JSON: who set each value of the configuration, and when, by its name; null where nothing of it is known. */
  configuration_origins: string | null
  /** JSON: the sealed source by the name of the script. */
  scripts_sealed: string
  /** JSON: display_name, metadata, realms, is_domain_connection and the like. */
  data: string
  /** Increases by one with every change. The sandbox replaces a process of an older version. */
  version: number
  /** 1 where users were imported with password hashes of other systems; null otherwise. */
  foreign_hashes: number | null
  /** The last step of its finish that was started; null where its migration is not being finished. */
  finish_step: string | null
  /** 1 where decisions on migration records were made; null otherwise. */
  decisions: number | null
  created_at: number
  updated_at: number
}

/** Versions of the scripts of a connection: each source that was saved, with the connection's version that it was saved as. */
export type ScriptVersionsTable = {
  tenant_id: string
  connection_id: string
  script: string
  version: number
  /** Sealed as in `connections.scripts_sealed`, so that it is restored as it is. */
  source_sealed: string
  saved_at: number
  /** `api`, `command`, or `upgrade` for a source of before this table. */
  saved_through: string
  client_id: string | null
  user_id: string | null
  user_name: string | null
  /** The version that it was restored from, or null. */
  restored_from: number | null
}

/** The clients that may use a connection. */
export type ConnectionClientsTable = {
  tenant_id: string
  connection_id: string
  client_id: string
}

/** The connection of each realm name. The connection's own name is one of its realms. */
export type ConnectionRealmsTable = {
  tenant_id: string
  realm: string
  connection_id: string
}

/** The role of an admin in a tenant. `user_id` is a user of the system tenant. */
export type TenantAdminsTable = {
  tenant_id: string
  user_id: string
  role: string
  created_at: number
}

/**
 * Admins as versions before the system tenant stored them. The first start of this version moves the rows; a later release may drop
 * the table.
 */
export type AdminsTable = {
  tenant_id: string
  admin_id: string
  email_lower: string
  password_hash: string
  role: string
  created_at: number
}
