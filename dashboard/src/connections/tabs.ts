import type { Messages } from '../messages/en'

/** The pages of one connection, in the order of their tabs. `path` lies below the address of the connection. */
export const connectionTabs: readonly { path: string; label: (t: Messages) => string }[] = [
  { path: '', label: (t) => t.connections.settings },
  { path: 'custom-database', label: (t) => t.custom_database.title },
  { path: 'applications', label: (t) => t.connections.applications },
]
