import { defined } from '../base/defined.ts'
import { readConfig } from '../config/config.ts'
import { settings, type Setting } from '../config/settings.ts'
import type { Inspection } from '../contract/assistant.ts'
import { backUp, moveStore, restore } from './backup-commands.ts'
import { commandList } from './command-guides.ts'
import type { CommandOptions, CommandOutput } from './command-options.ts'
import { makeDevCert } from './dev-cert.ts'
import { devCertGuide } from './dev-cert-guide.ts'
import { standard_output } from './print-line.ts'
import { program_call } from './program-call.ts'
import { runDoctor } from './doctor-command.ts'
import { describeInspection, writeProposal } from './propose-command.ts'
import { readSecret, readTry } from './read-try.ts'
import { runOnStore, type StoreCommandName } from './run-on-store.ts'
import { scriptNamed } from './script-commands.ts'
import { serve } from './serve.ts'
import { connectionName, optionalOption, requireOption } from './store-command.ts'
import { storeCommands } from './store-commands.ts'
import {
  connectionFromTemplate,
  describeTemplates,
  readSettings,
  scriptFromTemplate,
  templateMode,
} from './script-template-commands.ts'
import { openInput, requireNewFile } from './transfer-files.ts'
import { downloadExport, exportUsers, followNewJob, importUsers, loadDirectory, showJobs } from './transfer-commands.ts'

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

/** Usage of the commands. */
export const usage = `Usage: npm start                               start the server, in a checkout
       npm run -s wherry -- <command> [options]   in a checkout
       npx wherry <command> [options]             where the package is installed`

/** The text of `--help`. */
export const help = `Wherry moves users out of a legacy user store at their next login.

${usage}

${commandList()}

Options
  -h, --help     this text; after a command, its options and an example
  -v, --version  the version

The commands for tenants, admin links, management clients, scripts, sandboxes and keys, and the commands templates apply and templates propose, are sent to the running server
through the socket commands.sock in the data folder. Where no server runs, the command opens the store itself.

Settings (environment variables, or lines of a .env file in the working directory)
${settingLines()}
`

const clear_screen = '\u001b[2J\u001b[H'

/** Prints an output. `anew`: each text that follows replaces the one before, in a terminal. */
async function print({ stdout, stderr, follow }: CommandOutput, { anew = false } = {}): Promise<void> {
  if (stdout !== '') standard_output.printLine(stdout)
  if (stderr !== undefined) console.error(stderr)
  if (!follow) return
  const ended = new AbortController()
  // A program that reads the output may end before this one.
  process.stdout.once('error', () => ended.abort())
  for await (const text of follow(ended.signal)) {
    if (ended.signal.aborted) return
    standard_output.printLine(anew && process.stdout.isTTY ? `${clear_screen}${text}` : text)
  }
}

function onStore(name: StoreCommandName): Command {
  return (env, options) =>
    runOnStore({ name, env, options }, async (output) => {
      await print(output, { anew: name === 'status' })
      return output.status ?? 0
    })
}

/** Runs `templates propose`: reads the settings and a password here, and describes the inspection or prints its JSON. */
async function propose(env: Parameters<Command>[0], options: CommandOptions): Promise<number> {
  const { settings: file, 'known-user': identifier, json, name } = options
  const write = optionalOption(options.write, '--write')
  // Before the inspection, which takes long.
  if (write !== undefined) requireNewFile(write, '--write')
  const settings = file === undefined ? {} : readSettings(file)
  const known_user = identifier === undefined ? undefined : { identifier, password: await readSecret('password') }
  const propose_json = JSON.stringify({ settings, ...defined({ known_user }) })
  const line = { name: 'templates propose', env, options: { ...options, propose_json } } as const
  const stdout = await runOnStore(line, (output) => Promise.resolve(output.stdout))
  const inspection = JSON.parse(stdout) as Inspection
  const apply = `${program_call} templates apply --template {template} --name ${name ?? ''} --settings ${write ?? 'FILE'}`
  standard_output.printLine(json === true ? stdout : describeInspection(inspection, apply))
  if (write === undefined) return 0
  console.error(writeProposal(write, settings, inspection))
  return inspection.proposal === null ? 1 : 0
}

/** Runs `decisions load`: sends the file. */
async function loadDecisionFile(env: Parameters<Command>[0], options: CommandOptions): Promise<number> {
  const file = openInput(requireOption(options.file, '--file'))
  try {
    return await runOnStore({ name: 'decisions load', env, options, upload: () => file.read() }, async (output) => {
      await print(output)
      return 0
    })
  } finally {
    file.close()
  }
}

const runnableStoreCommands = Object.fromEntries(
  (Object.keys(storeCommands) as StoreCommandName[]).map((name) => [name, onStore(name)]),
) as Record<StoreCommandName, Command>

/** Every command by its name. */
export const commands: Record<string, Command | undefined> = {
  ...runnableStoreCommands,

  serve: async (env) => await serve(readConfig(env)),

  'dev-cert': async (_env, { folder, host }) => {
    const made = await makeDevCert({ folder: folder ?? 'certs', ...defined({ hosts: host }) })
    standard_output.printLine(devCertGuide(made))
    return 0
  },

  backup: async (env, { file, json }) => {
    const to = requireOption(file, '--file')
    standard_output.printLine(backUp(readConfig(env), to, json === true))
    return 0
  },

  restore: async (env, { file, json }) => {
    const from = requireOption(file, '--file')
    standard_output.printLine(restore(readConfig(env), from, json === true))
    return 0
  },

  'move-store': async (env, { json }) => {
    standard_output.printLine(await moveStore(readConfig(env), json === true))
    return 0
  },

  doctor: runDoctor,
  import: importUsers,
  'directory load': loadDirectory,
  'directory confirm': followNewJob('directory confirm'),
  'directory import': followNewJob('directory import'),
  'decisions load': loadDecisionFile,
  export: exportUsers,
  'jobs show': showJobs,
  'jobs download': downloadExport,

  'templates list': async (_env, { template, json }) => {
    standard_output.printLine(
      await describeTemplates({ id: optionalOption(template, '--template'), as_json: json === true }),
    )
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
    standard_output.printLine(
      script === undefined ? await connectionFromTemplate(choice) : await scriptFromTemplate(choice, script),
    )
    return 0
  },
}
