// The little of oidc-provider (which brings no types) that the bench uses.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  /** The state of a request, as grants see it. */
  export type GrantContext = {
    body: unknown
    oidc: {
      params: Record<string, string>
      client: { clientId: string }
      entity(name: string, value: unknown): void
    }
  }

  type Saved = { save(): Promise<string>; expiration: number; scope?: string | undefined }
  type Made = new (fields: object, options?: object) => Saved

  export class Provider {
    constructor(issuer: string, configuration: object)
    AccessToken: Made
    RefreshToken: Made
    IdToken: new (claims: object, options: object) => { scope: string; issue(options: object): Promise<string> }
    Grant: new (fields: object) => Saved & { addOIDCScope(scope: string): void }
    registerGrantType(name: string, handler: (ctx: GrantContext) => Promise<void>, parameters: string[]): void
    callback(): (request: IncomingMessage, response: ServerResponse) => void
    on(event: string, listener: (...details: unknown[]) => void): void
  }

  export const errors: { InvalidGrant: new (message: string) => Error }
}
