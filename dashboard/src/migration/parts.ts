import type { Messages } from '../messages/en'

/** The pages of one migration, in the order of their tabs. `path` lies below the address of the migration. */
export const migrationParts: readonly { path: string; label: keyof Messages['migration']['tabs'] }[] = [
  { path: '', label: 'overview' },
  { path: 'directory', label: 'directory' },
  { path: 'rehearsal', label: 'rehearsal' },
  { path: 'decisions', label: 'decisions' },
  { path: 'tail-import', label: 'tailImport' },
  { path: 'finish', label: 'finish' },
  { path: 'report', label: 'report' },
]
