import { as_json, of_tenant, type CommandGuide, type CommandGuides } from './guide.ts'

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

/** The guides of the commands for script templates and action scripts. */
export const script_guides: CommandGuides = {
  'templates list': {
    summary: 'Lists the script templates with the settings that they need, or one of them with all of its settings.',
    options: {
      template: { value: 'T', meaning: 'id of a template: describes each of its settings' },
      json: { meaning: 'print JSON, with all settings' },
    },
    example: 'templates list --template postgresql',
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
}
