/**
 * The store cannot be reached, read or written, or does not answer in time. A running transaction may or may not have been committed. `cause` is the
 * driver's error.
 */
export class StoreUnavailable extends Error {
  constructor(cause: unknown) {
    super('The store cannot be reached, read or written, or does not answer in time.', { cause })
    this.name = 'StoreUnavailable'
  }
}
