import type { Item } from '../client/contract-types'

/** How a user is named: by what they type to be found. */
export const nameOf = (user: Partial<Item<'listUsers'>>): string =>
  user.email ?? user.username ?? user.phone_number ?? user.name ?? user.user_id ?? ''
