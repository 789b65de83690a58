import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose'
import type { Clock } from '../base/clock.ts'
import { digestText } from '../base/digest.ts'
import type { ClientKey } from '../clients/client-credentials.ts'
import { Refusal } from '../contract/refusal.ts'
import { deleteUntil } from '../store/delete-until.ts'
import type { Db } from '../store/tables.ts'

/** The dependencies of verifying client assertions. */
export type VerifyAssertionDeps = { db: Db; clock: Clock }

/** A client assertion, the client that it names, and that client's keys. */
export type PresentedAssertion = {
  tenant_id: string
  client_id: string
  keys: readonly ClientKey[]
  assertion: string
  /** What `aud` may name: the issuer and its token endpoint. */
  audiences: readonly string[]
}

const clock_tolerance_s = 30
const lifetime_max_s = 600
// Another process may have a slower clock, and must still find what was used.
const kept_longer_ms = 60_000
const jti_max = 255

// Given only to the holder of the key: the signature was verified before.
const refused = (reason: string): Refusal =>
  new Refusal('invalid_client', { message: `The client assertion is refused: ${reason}.` })

/** The keys that may have signed an assertion: where its header names a key, that one. */
function keysFor({ keys, assertion }: PresentedAssertion, now: number): ClientKey[] {
  const { kid } = decodeProtectedHeader(assertion)
  const isAlive = ({ expires_at }: ClientKey): boolean => expires_at === null || expires_at > now
  return keys.filter((key) => (kid === undefined || key.kid === kid) && isAlive(key))
}

const isOfAnotherKey = (error: unknown): boolean =>
  error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JOSEAlgNotAllowed

/** The claims of an assertion that one of the keys signed. Only the algorithm of the key is accepted. */
async function verifySignature(
  presented: PresentedAssertion,
  now: number,
): Promise<JWTPayload & { exp: number; jti: string }> {
  for (const { key, alg } of keysFor(presented, now)) {
    try {
      const { payload } = await jwtVerify(presented.assertion, key, {
        algorithms: [alg],
        issuer: presented.client_id,
        subject: presented.client_id,
        requiredClaims: ['exp', 'jti', 'aud'],
        clockTolerance: clock_tolerance_s,
        currentDate: new Date(now),
      })
      return payload as JWTPayload & { exp: number; jti: string }
    } catch (error) {
      if (isOfAnotherKey(error)) continue
      if (error instanceof errors.JWTClaimValidationFailed) throw refused(error.message)
      throw error
    }
  }
  throw new Refusal('invalid_client')
}

/** Requires that each audience is this server: an assertion that another server accepts, too, could be sent here by it. */
function checkAudience({ aud }: JWTPayload, audiences: readonly string[]): void {
  const named = [aud ?? []].flat()
  if (named.length > 0 && named.every((each) => audiences.includes(each))) return
  throw refused(`aud must be ${audiences.join(' or ')}`)
}

/** Remembers an assertion until it has expired. Of several requests with it, at any processes, one succeeds. */
async function use(
  { db }: VerifyAssertionDeps,
  presented: PresentedAssertion,
  jti: string,
  exp: number,
): Promise<void> {
  const { tenant_id, client_id } = presented
  const { numInsertedOrUpdatedRows = 0n } = await db
    .insertInto('client_assertions')
    .values({
      tenant_id,
      assertion_digest: digestText(JSON.stringify([client_id, jti])),
      expires_at: Math.ceil((exp + clock_tolerance_s) * 1000) + kept_longer_ms,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  if (numInsertedOrUpdatedRows === 0n) throw refused('its jti was used before')
}

/**
 * Verifies a client assertion (RFC 7523 section 3): a JWT by a key of the client, in that key's algorithm (RS256, RS384 or PS256), with
 * `iss` and `sub` the client, `aud` only this issuer or its token endpoint, `exp` at most 10 minutes ahead, and a `jti` that was not used
 * before. Clocks may differ by 30 seconds.
 *
 * @throws {Refusal} `invalid_client`; with the reason where the signature is the client's
 */
export async function verifyClientAssertion(deps: VerifyAssertionDeps, presented: PresentedAssertion): Promise<void> {
  const now = deps.clock.now()
  try {
    const claims = await verifySignature(presented, now)
    checkAudience(claims, presented.audiences)
    const { exp, jti } = claims
    if (exp > now / 1000 + lifetime_max_s + clock_tolerance_s) {
      throw refused(`exp is more than ${lifetime_max_s} seconds ahead`)
    }
    if (typeof jti !== 'string' || jti === '' || jti.length > jti_max) {
      throw refused(`jti must be a text of 1 to ${jti_max} characters`)
    }
    await use(deps, presented, jti, exp)
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) throw new Refusal('invalid_client')
    throw error
  }
}

/** Deletes client assertions of a tenant that have expired, and returns their number: at most 500. */
export async function purgeAssertions(db: Db, tenant_id: string, now: number): Promise<number> {
  return await deleteUntil(db, tenant_id, { table: 'client_assertions', column: 'expires_at' }, now)
}
