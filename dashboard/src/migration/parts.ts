import type { Messages } from '../messages/en'

/** The pages of one migration, in the order of their tabs. `path` lies below the address of the migration. */
export const migrationParts: readonly { path: string; label: (t: Messages) => string }[] = [
  { path: '', label: (t) => t.migration.overview },
  { path: 'directory', label: (t) => t.directory.title },
  { path: 'rehearsal', label: (t) => t.rehearsal.title },
  { path: 'decisions', label: (t) => t.decisions.title },
  { path: 'tail-import', label: (t) => t.tailImport.title },
  { path: 'finish', label: (t) => t.finish.title },
  { path: 'report', label: (t) => t.report.title },
]
