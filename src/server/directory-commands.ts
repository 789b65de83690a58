import { countText } from '../base/count-text.ts'
import { DirectoryFields, type DirectoryLoad } from '../contract/directory.ts'
import { inputCheck } from '../management/input-check.ts'
import { listLoads } from '../migration/directory/directory-load.ts'
import { cancelLoad, confirmLoad, startFileLoad, startListing } from '../migration/directory/start-load.ts'
import { startTailImport } from '../migration/directory/tail-import.ts'
import type { CommandOptions } from './command-options.ts'
import { followedJob } from './job-commands.ts'
import { recordCommand } from './record-command.ts'
import {
  connectionNamed,
  optionalOption,
  refuse,
  requireOption,
  tenantNamed,
  type StoreCommand,
} from './store-command.ts'
import { textTable } from './text-table.ts'

const checkFields = inputCheck('body', DirectoryFields)

function readNumber(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined
  return /^\d{1,15}$/.test(text) ? Number(text) : refuse(`${option} must be a whole number; it is "${text}".`)
}

function readLimit({ 'gone-limit': text }: CommandOptions): number | undefined {
  if (text === undefined) return undefined
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : undefined
  if (limit !== undefined && limit <= 100) return limit
  return refuse(`--gone-limit must be a whole number from 0 to 100; it is "${text}".`)
}

/** The fields of a load from a file. @throws {Refusal} */
function readFields(options: CommandOptions): DirectoryFields {
  const { format, 'format-options': text } = options
  const fields: Record<string, unknown> = { format: requireOption(format, '--format') }
  const given = optionalOption(text, '--format-options')
  try {
    if (given !== undefined) fields['options'] = JSON.parse(given)
  } catch {
    refuse('--format-options must be a JSON object, such as {"delimiter":";"}.')
  }
  const gone_limit_percent = readLimit(options)
  if (gone_limit_percent !== undefined) fields['gone_limit_percent'] = gone_limit_percent
  checkFields(fields)
  return fields as DirectoryFields
}

/** A load in a line of a table. */
function describeLoad({ load_id, state, created_at, source, format, counts, message }: DirectoryLoad): string[] {
  const { rows, added, changed, gone } = counts
  const numbers = [rows, added, changed, gone].map((each) => countText(each))
  return [load_id, state, created_at, format ?? source, ...numbers, message ?? '']
}

/** The commands for the directory of a legacy store. */
export const directory_commands = {
  'directory load': (options) => {
    const name = requireOption(options.connection, '--connection')
    const lists = options['list-users'] === true
    if (lists && options.file !== undefined) refuse('Please give --file or --list-users, not both.')
    const fields = lists ? undefined : readFields(options)
    const limit = readLimit(options)
    return async (deps, upload) => {
      const tenant = await tenantNamed(deps.db, options.tenant)
      const { tenant_id, connection_id } = await connectionNamed(deps.db, tenant, name)
      const of = { tenant_id, connection_id }
      const load_deps = { ...deps, jobs: deps.modules().jobs }
      const load =
        fields === undefined
          ? await startListing(load_deps, of, limit)
          : await startFileLoad(load_deps, of, async (keepFile) => {
              if (!upload) return refuse('Please give --file or --list-users.')
              await keepFile('file', upload())
              return fields
            })
      const { job_id, load_id } = load
      await recordCommand(deps, tenant, 'directory load', undefined, { connection: name, load_id, job_id })
      return await followedJob(deps, { tenant_id, job_id })
    }
  },

  'directory confirm': ({ connection, load, rows, gone, tenant: tenant_name }) => {
    const name = requireOption(connection, '--connection')
    const load_id = requireOption(load, '--load')
    const numbers = {
      rows: readNumber(requireOption(rows, '--rows'), '--rows') ?? 0,
      gone: readNumber(requireOption(gone, '--gone'), '--gone') ?? 0,
    }
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      const { tenant_id, connection_id } = await connectionNamed(deps.db, tenant, name)
      const key = { tenant_id, connection_id, load_id }
      const { job_id } = await confirmLoad({ ...deps, jobs: deps.modules().jobs }, key, numbers)
      await recordCommand(deps, tenant, 'directory confirm', undefined, { connection: name, load_id, ...numbers })
      return await followedJob(deps, { tenant_id, job_id })
    }
  },

  'directory cancel': ({ connection, load, tenant: tenant_name }) => {
    const name = requireOption(connection, '--connection')
    const load_id = requireOption(load, '--load')
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      const { tenant_id, connection_id } = await connectionNamed(deps.db, tenant, name)
      await cancelLoad({ ...deps, jobs: deps.modules().jobs }, { tenant_id, connection_id, load_id })
      await recordCommand(deps, tenant, 'directory cancel', undefined, { connection: name, load_id })
      return { stdout: `The load ${load_id} is canceled: nothing of it was applied.` }
    }
  },

  'directory show': ({ connection, tenant: tenant_name, json }) => {
    const name = requireOption(connection, '--connection')
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      const loads = await listLoads(deps.db, await connectionNamed(deps.db, tenant, name))
      if (json === true) return { stdout: JSON.stringify(loads, null, 2) }
      if (loads.length === 0) return { stdout: `No directory was loaded on ${name}.` }
      const head = ['LOAD', 'STATE', 'CREATED', 'FORMAT', 'ROWS', 'ADDED', 'CHANGED', 'GONE', '']
      return { stdout: textTable(head, loads.map(describeLoad)) }
    }
  },

  'directory import': ({ connection, tenant: tenant_name }) => {
    const name = requireOption(connection, '--connection')
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      const { tenant_id, connection_id } = await connectionNamed(deps.db, tenant, name)
      const job_id = await startTailImport({ ...deps, jobs: deps.modules().jobs }, { tenant_id, connection_id })
      await recordCommand(deps, tenant, 'directory import', undefined, { connection: name, job_id })
      return await followedJob(deps, { tenant_id, job_id })
    }
  },
} satisfies Record<string, StoreCommand>
