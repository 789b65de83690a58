import type { ConnectionOptions } from '../contract/connection-options.ts'
import type { ConnectionSettings } from '../contract/connection-settings.ts'
import type { Connection, StoredOptions } from './connection.ts'

/** The options that are stored as they are: not the scripts and the configuration, which are sealed. */
export function storedOptions(options: ConnectionOptions): StoredOptions {
  const { configuration: _sealed, bareConfiguration: _alias, customScripts: _scripts, ...stored } = options
  return stored
}

/** The options after a change: the given ones replace the whole object, except for `enable_script_context`, which stays enabled. */
export function optionsAfter(before: Connection, given: ConnectionOptions | undefined): StoredOptions {
  if (given === undefined) return before.options
  const stays_enabled = before.options.enable_script_context === true && given.enable_script_context === undefined
  return { ...storedOptions(given), ...(stays_enabled ? { enable_script_context: true } : {}) }
}

/** The options with single ones changed: null removes one. */
export function optionsWith(before: StoredOptions, settings: ConnectionSettings): StoredOptions {
  const members = Object.entries({ ...before, ...settings }).filter(([, value]) => value !== null)
  return Object.fromEntries(members)
}
