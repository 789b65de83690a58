/**
 * Servers: everything that is started for a measurement, driven over HTTP only. This folder does not know what is measured.
 */
import type { MeasuredProcess } from '../measure/measured-process.ts'
import type { LoadRequest } from '../measure/run-load.ts'
import type { BenchUser } from './bench-users.ts'

/** A running server and the token requests that it understands. */
export type ServerUnderTest = {
  name: string
  process: MeasuredProcess
  /** A password login. `for_api`: the access token is a signed JWT for an API. */
  login(user: BenchUser, scope: string, for_api?: boolean): LoadRequest
  /** An RS256 access token for the client itself. */
  clientCredentials(): LoadRequest
  refresh(refresh_token: string): LoadRequest
  stop(): Promise<void>
}

/** Where clients receive the answers of authorization requests; nothing listens there. */
export const bench_redirect_uri = 'https://app.bench.example/callback'

/** The parameters of an authorization request by code and PKCE. */
export function authorizationQuery(client_id: string, code_challenge: string): URLSearchParams {
  return new URLSearchParams({
    client_id,
    redirect_uri: bench_redirect_uri,
    response_type: 'code',
    scope: 'openid',
    state: 'bench',
    nonce: 'bench',
    code_challenge,
    code_challenge_method: 'S256',
  })
}

/** A running server and a client of it whose users log in with a browser. */
export type BrowserServerUnderTest = {
  name: string
  process: MeasuredProcess
  /** The address of an authorization request with PKCE, which is answered at `bench_redirect_uri`. */
  authorizeUrl(code_challenge: string): string
  exchange(code: string, code_verifier: string): LoadRequest
  stop(): Promise<void>
}

/** How many RS256 signatures the tokens in a response of a token endpoint carry. */
export function signaturesIn(text: string): number {
  const tokens = Object.values(JSON.parse(text) as Record<string, unknown>)
  return tokens.filter((token) => {
    if (typeof token !== 'string') return false
    const [header = '', , signature] = token.split('.')
    // A JWT's header is a JSON object; an opaque token has none.
    if (signature === undefined || !header.startsWith('eyJ')) return false
    return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg?: string }).alg === 'RS256'
  }).length
}
