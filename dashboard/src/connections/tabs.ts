import type { Messages } from '../messages/en'

/** The pages of one connection, in the order of their tabs. `path` lies below the address of the connection. */
export const connectionTabs: readonly { path: string; label: (t: Messages['connections']) => string }[] = [
  { path: '', label: (t) => t.settings },
  { path: 'applications', label: (t) => t.applications },
]
