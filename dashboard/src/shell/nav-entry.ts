import type { RouteName } from '../../../src/contract/routes.ts'
import type { Messages } from '../messages/en'

/** A page in the navigation and in the palette. */
export type NavEntry = {
  /** Below the address of the tenant: `users`. */
  path: string
  /** Its name, in the texts of the navigation. */
  label: keyof Messages['navigation']['pages']
  /** The operation that the page reads first, or each page below it: a role that does not permit it does not see the entry. */
  needs: RouteName
  /** Whether the navigation of this browser leaves it out. The palette has it all the same. */
  isHidden?: (tenant_id: string) => boolean
}

/** Pages that belong together in the navigation. */
export type NavGroup = { label: keyof Messages['navigation']['groups']; entries: readonly NavEntry[] }
