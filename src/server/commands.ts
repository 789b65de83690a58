import { defined } from '../base/defined.ts'
import { readConfig } from '../config/config.ts'
import { settings, type Setting } from '../config/settings.ts'
import type { Inspection } from '../contract/assistant.ts'
import { Refusal } from '../contract/refusal.ts'
import { backUp, moveStore, restore } from './backup-commands.ts'
import { commandList } from './command-guides.ts'
import { withCommandDeps } from './command-deps.ts'
import type { CommandOptions, CommandOutput } from './command-options.ts'
import { runOnServer } from './command-socket.ts'
import { makeDevCert } from './dev-cert.ts'
import { devCertGuide } from './dev-cert-guide.ts'
import { describeInspection, writeProposal } from './propose-command.ts'
import { readSecret, readTry } from './read-try.ts'
import { scriptNamed } from './script-commands.ts'
import { serve } from './serve.ts'
import { connectionName, optionalOption, requireOption, storeCommands, type StoreCommand } from './store-commands.ts'
import {
  connectionFromTemplate,
  describeTemplates,
  readSettings,
  scriptFromTemplate,
  templateMode,
} from './script-template-commands.ts'

/** Runs a command with the environment and the options, and returns the exit status. */
export type Command = (env: Record<string, string | undefined>, options: CommandOptions) => Promise<number>

function settingLines(): string {
  return Object.entries<Setting>(settings)
    .map(([name, { description, default: standard }]) => {
      const note = standard === undefined || standard === '' ? '' : ` (default: ${standard})`
      return `  ${name}${note}\n      ${description}`
    })
    .join('\n')
}

/** How the program is called in a checkout. */
export const program_call = 'npm run -s wherry --'

/** Usage of the commands in a checkout and in an installed package. */
export const usage = `Usage: npm start                               start the server
       ${program_call} <command> [options]
       wherry <command> [options]              where the package is installed`

/** The text of `--help`. */
export const help = `Wherry moves users out of a legacy user store at their next login.

${usage}

Commands
${commandList()}

Options
  -h, --help     this text; after a command, its options and an example
  -v, --version  the version

The commands for tenants, admin links, management clients, scripts, sandboxes and keys, and the commands templates apply and templates propose, are sent to the running server
through the socket commands.sock in the data folder. Where no server runs, the command opens the store itself.

Settings (environment variables, or lines of a .env file in the working directory)
${settingLines()}
`

async function print({ stdout, stderr, follow }: CommandOutput): Promise<void> {
  if (stdout !== '') console.log(stdout)
  if (stderr !== undefined) console.error(stderr)
  if (!follow) return
  const ended = new AbortController()
  // A program that reads the output may end before this one.
  process.stdout.once('error', () => ended.abort())
  for await (const text of follow(ended.signal)) {
    if (ended.signal.aborted) return
    console.log(text)
  }
}

/** Why a command has nothing to show where no server runs; undefined where it has. */
function whyNothing(name: string, { follow }: CommandOptions): string | undefined {
  if (name === 'sandboxes') return 'no script runs'
  return follow === true ? 'nothing is written: leave out --follow' : undefined
}

/** Runs a command on the store in the running server, or on the store itself where no server runs. */
async function runOnStore(
  name: keyof typeof storeCommands,
  env: Parameters<Command>[0],
  options: CommandOptions,
): Promise<CommandOutput> {
  const prepare: StoreCommand = storeCommands[name]
  const run = prepare(options)
  const config = readConfig(env)
  const output = await runOnServer(config.data_dir, { name, options })
  const why = whyNothing(name, options)
  if (!output && why !== undefined) {
    throw new Refusal('invalid_request', { message: `No server uses ${config.data_dir}, so that ${why}.` })
  }
  return output ?? (await withCommandDeps(config, run))
}

function onStore(name: keyof typeof storeCommands): Command {
  return async (env, options) => {
    const output = await runOnStore(name, env, options)
    await print(output)
    return output.status ?? 0
  }
}

/** Runs `templates propose`: reads the settings and a password here, and describes the inspection or prints its JSON. */
async function propose(env: Parameters<Command>[0], options: CommandOptions): Promise<number> {
  const { settings: file, 'known-user': identifier, write, json, name } = options
  const settings = file === undefined ? {} : readSettings(file)
  const known_user = identifier === undefined ? undefined : { identifier, password: await readSecret('password') }
  const propose_json = JSON.stringify({ settings, ...defined({ known_user }) })
  const { stdout } = await runOnStore('templates propose', env, { ...options, propose_json })
  const inspection = JSON.parse(stdout) as Inspection
  if (write !== undefined) writeProposal(requireOption(write, '--write'), settings, inspection)
  const apply = `${program_call} templates apply --template {template} --name ${name ?? ''} --settings ${write ?? 'FILE'}`
  console.log(json === true ? stdout : describeInspection(inspection, apply))
  return 0
}

const runnableStoreCommands = Object.fromEntries(
  (Object.keys(storeCommands) as (keyof typeof storeCommands)[]).map((name) => [name, onStore(name)]),
) as Record<keyof typeof storeCommands, Command>

/** Every command by its name. */
export const commands: Record<string, Command | undefined> = {
  ...runnableStoreCommands,

  serve: async (env) => await serve(readConfig(env)),

  'dev-cert': async (_env, { folder, host }) => {
    const made = await makeDevCert({ folder: folder ?? 'certs', ...defined({ hosts: host }) })
    console.log(devCertGuide(made))
    return 0
  },

  backup: async (env, { file, json }) => {
    const to = requireOption(file, '--file')
    console.log(backUp(readConfig(env), to, json === true))
    return 0
  },

  restore: async (env, { file, json }) => {
    const from = requireOption(file, '--file')
    console.log(restore(readConfig(env), from, json === true))
    return 0
  },

  'move-store': async (env, { json }) => {
    console.log(await moveStore(readConfig(env), json === true))
    return 0
  },

  'templates list': async () => {
    console.log(await describeTemplates())
    return 0
  },

  'templates apply': async (env, options) => {
    const settings_json = JSON.stringify(readSettings(requireOption(options.settings, '--settings')))
    return await runnableStoreCommands['templates apply'](env, { ...options, settings_json })
  },

  'templates propose': propose,

  'scripts try': async (env, options) => {
    const script = scriptNamed(requireOption(options.script, '--script'))
    requireOption(options.connection, '--connection')
    const choice = await readTry(script, options.argument ?? [], options.source)
    return await runnableStoreCommands['scripts try'](env, { ...options, try_json: JSON.stringify(choice) })
  },

  'templates print': async (_env, { template, name, settings: file, client, mode, script }) => {
    const choice = {
      template: requireOption(template, '--template'),
      name: connectionName(name),
      settings_file: requireOption(file, '--settings'),
      client_id: optionalOption(client, '--client'),
      mode: templateMode(mode),
    }
    console.log(script === undefined ? await connectionFromTemplate(choice) : await scriptFromTemplate(choice, script))
    return 0
  },
}
