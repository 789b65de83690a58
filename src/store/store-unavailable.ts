/**
 * The store cannot be reached, or does not answer in time. Whether a change under way was kept is not known then.
 * `cause` holds what the driver said.
 */
export class StoreUnavailable extends Error {
  constructor(cause: unknown) {
    super('The store cannot be reached, or does not answer in time.', { cause })
    this.name = 'StoreUnavailable'
  }
}
