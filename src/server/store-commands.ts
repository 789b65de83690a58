import { doctor_command } from './doctor-command.ts'
import { directory_commands } from './directory-commands.ts'
import { finish_commands } from './finish-commands.ts'
import { job_commands } from './job-commands.ts'
import { proposeChoice, type ProposeChoice } from './propose-command.ts'
import type { TryChoice } from './read-try.ts'
import { people_commands } from './people-commands.ts'
import { report_commands } from './report-commands.ts'
import { rehearsal_commands } from './rehearsal-commands.ts'
import { describeSandboxes } from './sandbox-commands.ts'
import { describeVersions, restoreChoice, scriptNamed, tryChoice } from './script-commands.ts'
import { readScriptLog, script_log_lines_max, type ScriptLogChoice } from './script-log-command.ts'
import { applyTemplateChoice, templateMode } from './script-template-commands.ts'
import {
  connectionName,
  connectionNamed,
  countOption,
  optionalOption,
  refuse,
  requireOption,
  tenantNamed,
  type StoreCommand,
} from './store-command.ts'
import { status_command } from './status-command.ts'
import { tenant_commands } from './tenant-commands.ts'
import { user_commands } from './user-commands.ts'

const scriptOf = ({ connection, script }: { connection: string | undefined; script: string | undefined }) => ({
  name: requireOption(connection, '--connection'),
  script: scriptNamed(requireOption(script, '--script')),
})

/** The commands for templates and scripts. */
const script_commands = {
  'templates apply': ({ template, name, settings_json = '{}', client, mode, tenant: tenant_name }) => {
    const choice = {
      template: requireOption(template, '--template'),
      name: connectionName(name),
      settings: JSON.parse(settings_json) as Record<string, string>,
      client_id: optionalOption(client, '--client'),
      mode: templateMode(mode),
    }
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      return { stdout: await applyTemplateChoice({ ...deps, ...deps.scripting() }, tenant, choice) }
    }
  },

  // Answers JSON, which is described where the command is typed.
  'templates propose': ({ name, propose_json = '{"settings":{}}', tenant: tenant_name }) => {
    const connection = connectionName(name)
    const choice = JSON.parse(propose_json) as ProposeChoice
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      const inspection = await proposeChoice({ ...deps, ...deps.scripting() }, tenant, connection, choice)
      return { stdout: JSON.stringify(inspection, null, 2) }
    }
  },

  'scripts try': ({ connection, try_json = '{}', tenant: tenant_name, 'allow-writes': allow_writes = false, json }) => {
    const name = requireOption(connection, '--connection')
    const choice = JSON.parse(try_json) as TryChoice
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      const tried = { name, choice, allow_writes, as_json: json === true }
      return await tryChoice({ ...deps, ...deps.scripting() }, tenant, tried)
    }
  },

  'scripts versions': ({ connection, script, tenant: tenant_name, json }) => {
    const listed = { ...scriptOf({ connection, script }), as_json: json === true }
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      return { stdout: await describeVersions({ ...deps, ...deps.scripting() }, tenant, listed) }
    }
  },

  'scripts log': ({ connection, script, tenant: tenant_name, errors, lines, follow = false, json }) => {
    const name = requireOption(connection, '--connection')
    const count = countOption(lines, '--lines', { most: script_log_lines_max })
    const choice: ScriptLogChoice = {
      lines: count ?? 50,
      as_json: json === true,
      ...(script === undefined ? {} : { script: scriptNamed(script) }),
      ...(errors === true ? { level: 'error' } : {}),
    }
    return async (deps) => {
      const of_connection = await connectionNamed(deps.db, await tenantNamed(deps.db, tenant_name), name)
      const read = await readScriptLog({ ...deps, ...deps.scripting() }, of_connection, choice)
      return { stdout: read.text, ...(follow ? { follow: read.follow } : {}) }
    }
  },

  'scripts restore': ({ connection, script, to, tenant: tenant_name }) => {
    const number = requireOption(to, '--to')
    if (!/^\d{1,15}$/.test(number)) refuse('--to must be the number of a version, as scripts versions prints it.')
    const restored = { ...scriptOf({ connection, script }), version: Number(number) }
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      return { stdout: await restoreChoice({ ...deps, ...deps.scripting() }, tenant, restored) }
    }
  },

  sandboxes: ({ tenant: tenant_name, json }) => {
    const as_json = json === true
    return async (deps) => {
      const tenant_id = tenant_name === undefined ? undefined : (await tenantNamed(deps.db, tenant_name)).tenant_id
      return { stdout: await describeSandboxes(deps.db, deps.scripting().scripts.usage(), { tenant_id, as_json }) }
    }
  },
} satisfies Record<string, StoreCommand>

/** Every command on the store by its name. */
export const storeCommands = {
  ...tenant_commands,
  ...script_commands,
  ...user_commands,
  ...job_commands,
  ...directory_commands,
  ...finish_commands,
  ...rehearsal_commands,
  ...people_commands,
  ...report_commands,
  ...status_command,
  ...doctor_command,
} satisfies Record<string, StoreCommand>
