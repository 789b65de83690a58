import type { Messages } from '../messages/en'

/** The pages of one connection, in the order of their tabs. `path` lies below the address of the connection. */
export const connectionTabs: readonly { path: string; label: keyof Messages['connections']['tabs'] }[] = [
  { path: '', label: 'settings' },
  { path: 'custom-database', label: 'customDatabase' },
  { path: 'applications', label: 'applications' },
  { path: 'try', label: 'try' },
]
