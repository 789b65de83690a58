import { suggestName } from '../base/suggest-name.ts'
import type { command_options } from './command-options.ts'

type OptionName = keyof typeof command_options

/** An option of a command. `value`: the placeholder of its value; a flag has none. */
type GuideOption = { value?: string; required?: boolean; repeated?: boolean; meaning: string }

/** What `--help` says of a command. */
type CommandGuide = { summary: string; options: Partial<Record<OptionName, GuideOption>>; example: string }

const of_tenant: GuideOption = { value: 'N', meaning: 'name of the tenant; default: the default tenant' }

const template_options = {
  template: { value: 'T', required: true, meaning: 'id of the template, as templates list prints it' },
  name: { value: 'N', required: true, meaning: 'name of the connection' },
  settings: { value: 'F', required: true, meaning: 'JSON file with the settings of the template' },
  client: { value: 'C', meaning: 'id of a client that may use the connection' },
  mode: { value: 'M', meaning: 'import (login and get_user) or legacy (all scripts); default: import' },
} as const satisfies CommandGuide['options']

const script_options = {
  connection: { value: 'N', required: true, meaning: 'name of the connection' },
  script: { value: 'S', required: true, meaning: 'which script, such as login' },
} as const satisfies CommandGuide['options']

const as_json: GuideOption = { meaning: 'print JSON' }

/** The guide of each command. */
export const command_guides: Readonly<Record<string, CommandGuide>> = {
  serve: { summary: 'Starts the server (what npm start does).', options: {}, example: 'serve' },
  'dev-cert': {
    summary: 'Creates a local CA and a certificate for https://localhost:8443.',
    options: {
      folder: { value: 'F', meaning: 'folder of the files; default: certs' },
      host: { value: 'H', repeated: true, meaning: 'host name of the certificate; default: localhost' },
    },
    example: 'dev-cert --host localhost --host shop.test',
  },
  backup: {
    summary:
      'Writes a backup of the embedded store as of one moment, also while the server runs, and checks it. The sealing key is not in it.',
    options: { file: { value: 'F', required: true, meaning: 'new file for the backup' }, json: as_json },
    example: 'backup --file /backups/wherry.sqlite',
  },
  restore: {
    summary:
      'Puts a backup in the place of the embedded store, which is kept under another name. Needs the sealing key; refused while a server runs.',
    options: { file: { value: 'F', required: true, meaning: 'the backup' }, json: as_json },
    example: 'restore --file /backups/wherry.sqlite',
  },
  'move-store': {
    summary:
      'Copies the embedded store into the empty PostgreSQL database of DATABASE_URL and compares every row. Refused while a server runs; repeated after an interruption, it goes on where it stopped.',
    options: { json: as_json },
    example: 'move-store',
  },
  'tenants list': { summary: 'Lists the tenants.', options: {}, example: 'tenants list' },
  'tenants create': {
    summary: 'Creates a tenant and prints its management client.',
    options: {
      name: { value: 'N', required: true, meaning: 'name: small letters, digits and hyphens, at most 63' },
      domain: { value: 'D', required: true, meaning: 'host, with an optional port, that clients reach it at' },
      plan: { value: 'P', meaning: 'plan of the tenant' },
    },
    example: 'tenants create --name acme --domain login.acme.example',
  },
  'tenants plan': {
    summary: "Changes a tenant's plan.",
    options: {
      tenant: { value: 'N', required: true, meaning: 'name of the tenant' },
      plan: { value: 'P', required: true, meaning: 'the new plan' },
    },
    example: 'tenants plan --tenant acme --plan enterprise',
  },
  'admin-link': {
    summary: 'Prints a new set-up link for an admin; it works once, for 24 hours.',
    options: { tenant: of_tenant },
    example: 'admin-link --tenant acme',
  },
  'management-client create': {
    summary: 'Creates a client with every scope of the Management API, and prints it as in first-run.json.',
    options: {
      tenant: of_tenant,
      'export-password-hashes': { meaning: 'the client may also export password hashes (export:password_hashes)' },
    },
    example: 'management-client create',
  },
  'management-client reset': {
    summary:
      'Replaces the secret of a client for the Management API and prints it; the old secret is refused from then on.',
    options: {
      client: { value: 'C', meaning: 'id of the client; default: the one that was created with the tenant' },
      tenant: of_tenant,
    },
    example: 'management-client reset',
  },
  'templates list': {
    summary: 'Lists the script templates and their settings.',
    options: {},
    example: 'templates list',
  },
  'templates print': {
    summary: 'Prints a connection for POST /api/v2/connections, with the scripts of a template and its settings.',
    options: {
      ...template_options,
      script: { value: 'S', meaning: 'name of a script: prints its source instead of the connection' },
    },
    example: 'templates print --template postgresql --name shop --settings shop.json',
  },
  'templates apply': {
    summary:
      'Checks the settings against the legacy store, read-only, then creates or updates the connection. Prints names, types and counts, and no value.',
    options: { ...template_options, tenant: of_tenant },
    example: 'templates apply --template postgresql --name shop --settings shop.json',
  },
  'templates propose': {
    summary:
      'Inspects a database of PostgreSQL, MySQL, MariaDB or SQL Server, read-only: proposes a template with its settings, tries its scripts, and counts what will be a problem when users move. Prints names, types, forms and counts, and no value. Nothing is saved.',
    options: {
      name: { value: 'N', required: true, meaning: 'name of the connection, which may not exist yet' },
      settings: {
        value: 'F',
        meaning:
          'JSON file with DATABASE_URL and settings that you know, such as TABLE or EMAIL_COLUMN; default: the configuration of the connection',
      },
      'known-user': {
        value: 'U',
        meaning:
          'e-mail address or username of a user whose password you know, which is read from the terminal or the standard input: finds the format of hashes, and tries login',
      },
      write: {
        value: 'F',
        meaning: 'new file for the settings that templates apply takes: those given and those proposed',
      },
      json: as_json,
      tenant: of_tenant,
    },
    example: 'templates propose --name shop --settings database.json --write shop.json',
  },
  'scripts try': {
    summary:
      'Runs a script of a connection once, against the legacy store, and prints what a login would do with its result. Nothing is stored. The exit status is 1 where the script failed or the legacy store did not answer; a wrong password is no failure. A password, or the user of create, is read from the terminal or the standard input.',
    options: {
      ...script_options,
      argument: {
        value: 'A',
        repeated: true,
        meaning:
          'an argument of the script, in order; passwords and users are not given here, nor the cursor of the first page of list_users',
      },
      source: { value: 'F', meaning: 'file of a draft; default: the saved script' },
      'allow-writes': { meaning: 'run a script that changes the legacy store: any but login, get_user and list_users' },
      json: as_json,
      tenant: of_tenant,
    },
    example: 'scripts try --connection shop --script login --argument ada@example.com',
  },
  'scripts versions': {
    summary:
      'Lists the versions of a script, newest first: number, time, who or what saved it, and how its calls ended.',
    options: { ...script_options, json: as_json, tenant: of_tenant },
    example: 'scripts versions --connection shop --script login',
  },
  'scripts log': {
    summary: 'Prints the newest lines of the script log: what scripts wrote, and how their calls ended.',
    options: {
      connection: script_options.connection,
      script: { value: 'S', meaning: 'only of this script, such as login' },
      errors: { meaning: 'only errors: failed calls, and what scripts wrote with console.error' },
      lines: { value: 'N', meaning: 'how many lines, up to 1000; default: 50' },
      follow: { meaning: 'go on with new lines until it is stopped; needs a running server' },
      json: { meaning: 'print each line as JSON' },
      tenant: of_tenant,
    },
    example: 'scripts log --connection shop --errors --follow',
  },
  'scripts restore': {
    summary: 'Saves the source of an earlier version of a script again.',
    options: {
      ...script_options,
      to: { value: 'V', required: true, meaning: 'number of the version' },
      tenant: of_tenant,
    },
    example: 'scripts restore --connection shop --script login --to 12',
  },
  sandboxes: {
    summary:
      'Shows what the scripts of each tenant and connection used in the running server: processor time, memory, calls, processes and why they ended.',
    options: { tenant: { ...of_tenant, meaning: 'only of the tenant of this name' }, json: as_json },
    example: 'sandboxes --json',
  },
  'keys rotate': {
    summary: 'Rotates the signing key: the next key signs new tokens; tokens of the previous key stay valid.',
    options: { tenant: { ...of_tenant, meaning: `${of_tenant.meaning}; $system signs the tokens of admins` } },
    example: 'keys rotate',
  },
}

function optionUsage([name, { value, required, repeated }]: [string, GuideOption]): string {
  const usage = `--${name}${value === undefined ? '' : ` ${value}`}${repeated === true ? ' …' : ''}`
  return required === true ? usage : `[${usage}]`
}

function commandUsage(name: string): string {
  return [name, ...Object.entries(command_guides[name]?.options ?? {}).map(optionUsage)].join(' ')
}

/** Lists the commands with their options and summaries. */
export function commandList(): string {
  return Object.entries(command_guides)
    .map(([name, { summary }]) => `  ${commandUsage(name)}\n      ${summary}`)
    .join('\n')
}

/** The help of one command: usage, options and an example. `prefix` is how the program is called. */
export function commandHelp(name: string, prefix: string): string {
  const { summary = '', options = {}, example = '' }: Partial<CommandGuide> = command_guides[name] ?? {}
  const lines = Object.entries(options).map(
    ([option, { value, required, repeated, meaning }]) =>
      `  --${option}${value === undefined ? '' : ` ${value}`}  ${meaning}${required === true ? ' (required)' : ''}${repeated === true ? ' (may be repeated)' : ''}`,
  )
  return [
    `${summary}\n\nUsage: ${prefix} ${commandUsage(name)}`,
    ...(lines.length > 0 ? [`Options\n${lines.join('\n')}`] : []),
    `Example\n  ${prefix} ${example}`,
  ].join('\n\n')
}

/** Why a command line cannot be run: an option that the command does not have. Undefined where it has all of them. */
export function optionProblem(command: string, given: readonly string[]): string | undefined {
  const known = Object.keys(command_guides[command]?.options ?? {})
  const unknown = given.find((option) => !known.includes(option))
  if (unknown === undefined) return undefined
  const meant = suggestName(unknown, known)
  const has = known.length === 0 ? 'It has none.' : `It has: ${known.map((option) => `--${option}`).join(', ')}.`
  return `"${command}" has no option --${unknown}. ${meant === undefined ? has : `Did you mean --${meant}?`}`
}
