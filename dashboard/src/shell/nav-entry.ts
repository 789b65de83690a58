import type { RouteName } from '../../../src/contract/routes.ts'
import type { Messages } from '../messages/en'

/** A page in the navigation and in the palette. */
export type NavEntry = {
  /** Below the address of the tenant: `users`. */
  path: string
  label: (t: Messages) => string
  /** The operation that the page reads first: a role that does not permit it does not see the entry. */
  needs: RouteName
}
