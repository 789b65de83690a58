import { isSecretName } from '../base/is-secret-name.ts'
import { isJsonObject, type JsonValue } from '../base/json.ts'
import { maskUrl } from '../base/mask-url.ts'

const mask = '*****'
// The scope `read:logs` does not permit reading secrets and script sources. These names say by themselves nothing of a secret.
const secret_names =
  /^(arguments|payload|source|script|code|encryption_key|custom_login_page|form_template|httpAuthorization|httpCustomHeaders|smtp_pass|accessKeyId|configuration|bareConfiguration|customScripts|known_user|addons|mobile|link_with)$/
// Settings of clients and connections that are named after secrets, and hold none.
const setting_names =
  /^(refresh_token|passwordPolicy|forgot_password_(text|url)|password_(policy|history|dictionary|no_personal_info|complexity_options|options|normalization|recipe))$/

// Addresses of webhooks, which may hold tokens.
const address_names = new Set(['httpEndpoint', 'url'])

/** Whether the value of a member of this name is not logged: a secret, a script, or what may hold one. */
export const isHiddenMember = (name: string): boolean =>
  secret_names.test(name) || (isSecretName(name) && !setting_names.test(name))

/** A value of a member with its secrets masked; `is_hidden`: the member belongs to a hidden one. Names stay. */
export function maskSecrets(value: JsonValue, name: string, is_hidden = false): JsonValue {
  const hides = is_hidden || isHiddenMember(name)
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([member, member_value]) => [member, maskSecrets(member_value, member, hides)]),
    )
  }
  if (Array.isArray(value)) return value.map((item) => maskSecrets(item, name, hides))
  if (typeof value === 'string' && !hides && address_names.has(name)) return maskUrl(value)
  // A flag tells no secret: whether passwords are verified here, or hashes exported.
  return value !== null && typeof value !== 'boolean' && hides ? mask : value
}
