import type { Messages } from '../messages/en'

/** The pages of one user, in the order of their tabs. `path` lies below the address of the user. */
export const userTabs: readonly { path: string; label: keyof Messages['user']['tabs'] }[] = [
  { path: '', label: 'profile' },
  { path: 'metadata', label: 'metadata' },
  { path: 'identities', label: 'identities' },
  { path: 'sessions', label: 'sessions' },
  { path: 'migration', label: 'migration' },
  { path: 'logs', label: 'logs' },
]
