import type { Item } from '../client/contract-types'

/** Who decides about a login. */
export type ConnectionMode = 'local' | 'import' | 'legacy'

/** The mode of a connection: the legacy store takes part once "Use my own database" is on. */
export function modeOf({ options }: Pick<Item<'listConnections'>, 'options'>): ConnectionMode {
  if (options.enabledDatabaseCustomization !== true) return 'local'
  return options.import_mode === true ? 'import' : 'legacy'
}
