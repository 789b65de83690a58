import { randomAlphanumeric } from '../../base/ids.ts'
import type { Clock } from '../../base/clock.ts'
import { SealBroken, type Sealer } from '../../keys/sealer.ts'
import type { Parameters } from '../authorize/authorization-request.ts'

/** How long a page of a login can be sent, in milliseconds. */
export const page_lifetime_ms = 3_600_000

/** An authorization request that a login page carries. */
export type SealedRequest = {
  /** Unique: the session of a login remembers the request that it was for. */
  request_id: string
  /** Epoch milliseconds. */
  sealed_at: number
  /** The digest of the secret of the browser's cookie: the request is continued in this browser only. */
  browser_digest: string
  parameters: Parameters
}

/** What a request is for: a page of one purpose does not open a request for the other. */
type Purpose = 'authorization' | 'logout'

/** Dependencies of sealing requests. */
export type SealRequestDeps = { sealer: Sealer; clock: Clock }

const use = 'authorization requests'
const aadOf = (tenant_id: string, purpose: Purpose): string => `${purpose} request/${tenant_id}`
const sealed_max = 8192
const prefix = '2.0$'

/** A new id of a request. */
export const newRequestId = (): string => randomAlphanumeric(22)

/** A request to seal. `request_id`: that of the login which the request continues; without it, a new one. */
type NewSealedRequest = Pick<SealedRequest, 'browser_digest' | 'parameters'> & { request_id?: string | undefined }

/** Seals a request for the page of a login. Nothing of it is stored. */
export function sealRequest(
  { sealer, clock }: SealRequestDeps,
  tenant_id: string,
  purpose: Purpose,
  { browser_digest, parameters, request_id = newRequestId() }: NewSealedRequest,
): string {
  const request: SealedRequest = {
    request_id,
    sealed_at: clock.now(),
    browser_digest,
    parameters,
  }
  return sealer.deriveSealer(use).seal(JSON.stringify(request), aadOf(tenant_id, purpose)).slice(prefix.length)
}

/** The request that a page carries; undefined for a text that this installation did not seal for this tenant. It may have expired. */
export function openRequest(
  { sealer }: SealRequestDeps,
  tenant_id: string,
  purpose: Purpose,
  sealed: string,
): SealedRequest | undefined {
  if (sealed.length > sealed_max) return undefined
  try {
    return JSON.parse(sealer.deriveSealer(use).open(prefix + sealed, aadOf(tenant_id, purpose))) as SealedRequest
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}

/** Whether the page that carries a request has expired. */
export function isExpired({ clock }: SealRequestDeps, { sealed_at }: SealedRequest): boolean {
  return clock.now() >= sealed_at + page_lifetime_ms
}
