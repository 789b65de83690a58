import { defined } from '../base/defined.ts'
import { readConfig } from '../config/config.ts'
import { settings, type Setting } from '../config/settings.ts'
import { withCommandDeps } from './command-deps.ts'
import { runOnServer } from './command-socket.ts'
import { makeDevCert } from './dev-cert.ts'
import { devCertGuide } from './dev-cert-guide.ts'
import { serve } from './serve.ts'
import {
  requireOption,
  storeCommands,
  type CommandOptions,
  type CommandOutput,
  type StoreCommand,
} from './store-commands.ts'
import { connectionFromTemplate, describeTemplates, readSettings } from './template-commands.ts'

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

/** Usage of the commands in a checkout and in an installed package. */
export const usage = `Usage: npm start                               start the server
       npm run -s wherry -- <command> [options]
       wherry <command> [options]              where the package is installed`

/** The text of `--help`. */
export const help = `Wherry moves users out of a legacy user store at their next login.

${usage}

Commands
  serve                                        start the server (what npm start does)
  dev-cert [--folder F] [--host H …]           make a local CA and certificate for https://localhost:8443
  tenants list                                 list the tenants
  tenants create --name N --domain D [--plan P]
                                               make a tenant and print its management client
  tenants plan --tenant N --plan P             change a tenant's plan
  admin-link [--tenant N]                      print a new set-up link for an admin; it works once, for 24 hours
  management-client create [--tenant N]        make a client with every scope of the Management API, and print it as in
                                               first-run.json
  management-client reset [--client C] [--tenant N]
                                               replace the secret of such a client, by default of the one that was made with
                                               the tenant, and print it; the old secret is refused from then on
  templates list                               list the script templates and their settings
  templates print --template T --name N --settings F [--client C]
                                               print a connection for POST /api/v2/connections, with the scripts of a
                                               template and its settings from the JSON file F, enabled for a client
  templates apply --template T --name N --settings F [--client C] [--tenant N]
                                               check the settings against the legacy store, read-only, then create or update
                                               the connection N; prints names, types and counts, and no value
  keys rotate [--tenant N]                     make the next signing key sign; tokens of the last one stay valid
                                               (the tenant '$system' signs the tokens of admins)

Options
  -h, --help                                   this text
  -v, --version                                the version

The commands for tenants, admin links, management clients and keys, and templates apply, run in the server that uses the same data folder,
which they reach by the socket commands.sock in it. Where none runs, they open the store themselves.

Settings (environment variables, or lines of a .env file in the working directory)
${settingLines()}
`

function print({ stdout, stderr }: CommandOutput): void {
  if (stdout !== '') console.log(stdout)
  if (stderr !== undefined) console.error(stderr)
}

/** Runs a command on the store in the running server, or on the store itself where no server runs. */
function onStore(name: string, prepare: StoreCommand): Command {
  return async (env, options) => {
    const run = prepare(options)
    const config = readConfig(env)
    const output = (await runOnServer(config.data_dir, { name, options })) ?? (await withCommandDeps(config, run))
    print(output)
    return 0
  }
}

const onStoreCommands = Object.fromEntries(
  Object.entries(storeCommands).flatMap(([name, prepare]) => (prepare ? [[name, onStore(name, prepare)]] : [])),
)

/** Every command by its name. */
export const commands: Record<string, Command | undefined> = {
  ...onStoreCommands,

  serve: async (env) => await serve(readConfig(env)),

  'dev-cert': async (_env, { folder, host }) => {
    const made = await makeDevCert({ folder: folder ?? 'certs', ...defined({ hosts: host }) })
    console.log(devCertGuide(made))
    return 0
  },

  'templates list': async () => {
    console.log(await describeTemplates())
    return 0
  },

  'templates apply': async (env, options) => {
    const settings_json = JSON.stringify(readSettings(requireOption(options.settings, '--settings')))
    return (await onStoreCommands['templates apply']?.(env, { ...options, settings_json })) ?? 1
  },

  'templates print': async (_env, { template, name, settings: file, client }) => {
    const choice = {
      template: requireOption(template, '--template'),
      name: requireOption(name, '--name'),
      settings_file: requireOption(file, '--settings'),
      client_id: client,
    }
    console.log(await connectionFromTemplate(choice))
    return 0
  },
}
