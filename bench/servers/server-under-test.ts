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
