import { readConfig } from '../config/config.ts'
import { Refusal } from '../contract/refusal.ts'
import { runOnServer } from './command-client.ts'
import { withCommandDeps } from './command-deps.ts'
import type { CommandOptions, CommandOutput } from './command-options.ts'
import type { StoreCommand, Upload } from './store-command.ts'
import { storeCommands } from './store-commands.ts'

/** The name of a command on the store. */
export type StoreCommandName = keyof typeof storeCommands

/** Why a command has nothing to show where no server runs; undefined where it has. */
function whyNothing(name: StoreCommandName, { follow }: CommandOptions): string | undefined {
  if (name === 'sandboxes') return 'no script runs'
  return name === 'scripts log' && follow === true ? 'nothing is written: leave out --follow' : undefined
}

/** A command line: a command on the store, the settings, its options, and the file that it reads. */
export type StoreCommandLine = {
  name: StoreCommandName
  env: Record<string, string | undefined>
  options: CommandOptions
  upload?: Upload
}

/**
 * Runs a command in the running server, or on the store itself where no server runs, and passes the output to `use`. The store is open until
 * `use` has ended.
 *
 * @throws {Refusal} of the command
 */
export async function runOnStore<T>(
  { name, env, options, upload }: StoreCommandLine,
  use: (output: CommandOutput) => Promise<T>,
): Promise<T> {
  const prepare: StoreCommand = storeCommands[name]
  const run = prepare(options)
  const config = readConfig(env)
  const output = await runOnServer(config.data_dir, { name, options }, upload)
  if (output) return await use(output)
  const why = whyNothing(name, options)
  if (why !== undefined) {
    throw new Refusal('invalid_request', { message: `No server uses ${config.data_dir}, so that ${why}.` })
  }
  return await withCommandDeps(config, async (deps) => await use(await run(deps, upload)))
}
