/**
 * A connection could not be opened, or broke. The message is for the tenant: it names the address, and the setting where the policy refused
 * it.
 */
export class ConnectionFailed extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = 'ConnectionFailed'
    this.code = code
  }
}
