import type { Client } from '../../clients/client.ts'

/** A login page that cannot be continued: it has expired, was cut off, or belongs to another browser. The user begins again. */
export class RestartLogin extends Error {
  readonly client: Client | undefined

  constructor(client: Client | undefined) {
    super('The page of a login cannot be continued')
    this.name = 'RestartLogin'
    this.client = client
  }
}
