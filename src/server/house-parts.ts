import type { Config } from '../config/config.ts'
import type { TenantDirectory } from '../http/tenant-of.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import type { LoginParts } from '../login/login-parts.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'

/** Everything the house has, built once by `compose` and handed to the doors. */
export type HouseParts = LoginParts & {
  keys: SigningKeys
  config: Config
  tenants: TenantDirectory
  scripts: ScriptRuntime
}
