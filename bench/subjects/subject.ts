// What every server that is measured offers to the scenarios.
import type { Call } from '../measure/drive.ts'
import type { MeasuredProcess } from '../measure/measured-process.ts'

/** A server that is measured, and how it is asked for tokens. */
export type Subject = {
  name: string
  server: MeasuredProcess<unknown>
  token_url: string
  /** A password login of one of the people. `for_api`: its access token is a signed one for an API. */
  login(person: number, scope: string, for_api?: boolean): Call
  /** An RS256 token for the client itself. */
  clientCredentials(): Call
  refresh(refresh_token: string): Call
  stop(): Promise<void>
}

/** How many people the scenarios log in. */
export const people = 32

/** What the hash of a password costs, and what it costs where something else is looked at: named works of every subject's server. */
export const real_cost = { memoryCost: 19_456, timeCost: 2 }
export const cheap_cost = { memoryCost: 8, timeCost: 1 }

/** How many RS256 signatures an answer of a token endpoint holds. */
export function signaturesIn(answer: string): number {
  const tokens = Object.values(JSON.parse(answer) as Record<string, unknown>)
  return tokens.filter((token) => {
    if (typeof token !== 'string') return false
    const [header = '', , signature] = token.split('.')
    // A JWT's header is a JSON object; what is opaque has none.
    if (signature === undefined || !header.startsWith('eyJ')) return false
    return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg?: string }).alg === 'RS256'
  }).length
}
