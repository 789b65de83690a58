import type { Accepted } from '../../login/authentication.ts'
import type { SuspendedLogin } from '../../login/login.ts'
import type { Resume } from '../../login/post-login.ts'
import { countRequest, type RequestLimit } from '../../login/request-limit.ts'
import { SealBroken } from '../../keys/sealer.ts'
import type { Transaction } from '../../store/tables.ts'
import type { Parameters } from '../authorize/authorization-request.ts'
import { page_lifetime_ms, type SealRequestDeps } from './sealed-request.ts'

/** A login with a password that a post-login step redirected: all but the user, who is read again. */
export type RedirectedLogin = Omit<SuspendedLogin, 'accepted'> & {
  accepted: Pick<Accepted, 'kind' | 'outcome' | 'detail' | 'credential_id' | 'linked'>
  identifier: string
  connection_id: string
  user_id: string
}

/** What a post-login step redirected: an authorization request, and how far its login had come. */
export type Continuation = {
  /** That of the page, which the session of the login remembers. */
  request_id: string
  /** Epoch milliseconds. */
  sealed_at: number
  /** The digest of the secret of the browser's cookie: the login is continued in this browser only. */
  browser_digest: string
  parameters: Parameters
} & (
  | { kind: 'login'; login: RedirectedLogin }
  /** Single sign-on by the session with this id. */
  | ({ kind: 'session'; session_id: string } & Resume)
)

type OmitEach<T, Names extends string> = T extends unknown ? Omit<T, Names> : never

const use = 'continuations'
const aadOf = (tenant_id: string): string => `continuation/${tenant_id}`
const sealed_max = 16_384
const prefix = '2.0$'

/** Seals a continuation as the `state` that the browser brings back to `/continue`. Nothing of it is stored before it is used. */
export function sealContinuation(
  { sealer, clock }: SealRequestDeps,
  tenant_id: string,
  continuation: OmitEach<Continuation, 'sealed_at'>,
): string {
  const text = JSON.stringify({ ...continuation, sealed_at: clock.now() })
  return sealer.deriveSealer(use).seal(text, aadOf(tenant_id)).slice(prefix.length)
}

/** The continuation in a state; undefined for a text that this installation did not seal for this tenant, and after an hour. */
export function openContinuation(
  { sealer, clock }: SealRequestDeps,
  tenant_id: string,
  state: string,
): Continuation | undefined {
  if (state.length > sealed_max) return undefined
  try {
    const opened = JSON.parse(sealer.deriveSealer(use).open(prefix + state, aadOf(tenant_id))) as Continuation
    return clock.now() < opened.sealed_at + page_lifetime_ms ? opened : undefined
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}

// The window begins with the use, so that it ends after the state has.
const one_login: RequestLimit = { kind: 'continuation', max: 1, window_ms: page_lifetime_ms }

/**
 * Uses a continuation in the transaction that completes its login. Returns false where it was used before, also by a use at the same time. It
 * is known by its content: one sealed text can be written in several ways.
 */
export async function useContinuation(
  trx: Transaction,
  { clock }: Pick<SealRequestDeps, 'clock'>,
  tenant_id: string,
  { request_id, sealed_at }: Continuation,
): Promise<boolean> {
  const subject = JSON.stringify([request_id, sealed_at])
  return (await countRequest({ db: trx, clock }, tenant_id, one_login, subject)) === 'within'
}
