import type { Config } from '../config/config.ts'
import type { TenantDirectory } from '../http/tenant-of.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import type { LoginParts } from '../login/login-parts.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'

/** The parts that the Management API works with. */
export type ManagementParts = LoginParts & {
  keys: SigningKeys
  scripts: Pick<ScriptRuntime, 'drop'>
  tenants: TenantDirectory
  config: Pick<Config, 'requests_per_second'>
}
