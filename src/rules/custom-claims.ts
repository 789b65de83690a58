import type { JsonObject } from '../base/json.ts'

/** The largest size of the claims that a login's rules add to one token, in characters of JSON. */
export const claims_max = 16_384

// The claims that the server itself decides: registered ones of JWT (RFC 7519 section 4.1), OpenID Connect (Core sections 2 and 5.1; the
// logout and session specifications), RFC 8693, RFC 9068 and RFC 9396, and Auth0's own.
const reserved = new Set(
  [
    'acr act active amr at_hash ath attest aud auth_time authorization_details azp c_hash client_id cnf cty dest entitlements events exp',
    'groups gty htm htu iat iss jti jku jwe jwk kid may_act nbf nonce orig origid org_id org_name permissions roles s_hash scope sid sub',
    'sub_jwk toe txn typ vot vtm address birthdate email email_verified family_name gender given_name locale middle_name name nickname',
    'phone_number phone_number_verified picture preferred_username profile updated_at website zoneinfo __proto__',
  ].flatMap((line) => line.split(' ')),
)

/** Whether a rule may set a claim: a name with a namespace, such as `https://example.com/roles`, or one that no specification has. */
export function isCustomClaim(name: string): boolean {
  return name !== '' && name.length <= 500 && !reserved.has(name)
}

/** The claims that rules may set, and the names of those that they may not. A null value is no claim. */
export function customClaims(given: JsonObject): { claims: JsonObject; refused: string[] } {
  const entries = Object.entries(given)
  return {
    claims: Object.fromEntries(entries.filter(([name, value]) => value !== null && isCustomClaim(name))),
    refused: entries.map(([name]) => name).filter((name) => !isCustomClaim(name)),
  }
}
