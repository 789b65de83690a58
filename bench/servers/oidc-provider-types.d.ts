// Types of the part of oidc-provider that the benchmark uses; the package has none.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  /** The Koa context that a grant handler receives. */
  export type GrantContext = {
    body: unknown
    oidc: {
      params: Record<string, string>
      client: { clientId: string }
      session: { accountId: string }
      entity(name: string, value: unknown): void
    }
  }

  type Model = { save(): Promise<string>; expiration: number; scope?: string | undefined }
  type ModelClass = new (fields: object, options?: object) => Model

  export class Provider {
    constructor(issuer: string, configuration: object)
    AccessToken: ModelClass
    RefreshToken: ModelClass
    IdToken: new (claims: object, options: object) => { scope: string; issue(options: object): Promise<string> }
    ResourceServer: new (identifier: string, fields: object) => object
    Grant: new (fields: object) => Model & { addOIDCScope(scope: string): void }
    registerGrantType(name: string, handler: (ctx: GrantContext) => Promise<void>, parameters: string[]): void
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<{ uid: string }>
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>
    callback(): (request: IncomingMessage, response: ServerResponse) => void
    on(event: string, listener: (...details: unknown[]) => void): void
  }

  export const errors: { InvalidGrant: new (message: string) => Error }
}
