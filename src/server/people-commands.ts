import { defined } from '../base/defined.ts'
import type { Connection } from '../connections/connection.ts'
import type { Person } from '../contract/people.ts'
import { mailLinkToPerson, searchPeople, unlockPerson } from '../management/people.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { CommandDeps } from './command-deps.ts'
import type { CommandOptions, CommandOutput } from './command-options.ts'
import { printable } from './printable.ts'
import { command_caller, recordCommand } from './record-command.ts'
import {
  connectionNamed,
  optionalOption,
  refuse,
  requireOption,
  tenantNamed,
  type StoreCommand,
} from './store-command.ts'

/** Runs a command on the connection of `--connection`. */
function onConnection(
  { connection: name, tenant: tenant_name }: CommandOptions,
  run: (deps: CommandDeps, of: { tenant: Tenant; connection: Connection }) => Promise<CommandOutput>,
): ReturnType<StoreCommand> {
  const wanted = requireOption(name, '--connection')
  return async (deps) => {
    const tenant = await tenantNamed(deps.db, tenant_name)
    return await run(deps, { tenant, connection: await connectionNamed(deps.db, tenant, wanted) })
  }
}

/** The person of `--record` or `--user`. */
function readKey({ record, user }: CommandOptions): { record_id?: string; user_id?: string } {
  const key = { record_id: optionalOption(record, '--record'), user_id: optionalOption(user, '--user') }
  return (key.record_id === undefined) === (key.user_id === undefined)
    ? refuse('Please give --record or --user, as people find prints them.')
    : defined(key)
}

function personLines({ record, user, attempts, locks, link_address }: Person): string[] {
  const facts: [string, string | undefined][] = [
    ['record', record && `${record.record_id} ${record.state} ${record.last_error ?? ''}`.trim()],
    ['legacy id', record?.legacy_id],
    ['user', user && `${user.user_id}${user.blocked ? ' blocked' : ''}, last login ${user.last_login ?? 'never'}`],
    ['names', [...new Set([user?.email, user?.username, ...(record?.identifiers ?? [])])].filter(Boolean).join(', ')],
    ['locked', locks.length === 0 ? undefined : locks.map(({ identifier }) => identifier).join(', ')],
    ['link to', link_address],
    ...attempts.map(({ at, outcome, type, shown_text = '' }): [string, string] => [
      'attempt',
      `${at} ${outcome ?? type} ${shown_text}`.trim(),
    ]),
  ]
  return facts.flatMap(([name, text]) =>
    text === undefined || text === '' ? [] : [`${name.padEnd(9)}  ${printable(text)}`],
  )
}

/** The commands for one person, by name. */
export const people_commands = {
  'people find': (options) => {
    const q = requireOption(options.query, '--query')
    const include_legacy_profile = options['legacy-profile'] === true
    return onConnection(options, async (deps, of) => {
      const found = await searchPeople({ ...deps, ...deps.modules() }, of, { q, include_legacy_profile })
      if (include_legacy_profile)
        await recordCommand(deps, of.tenant, 'people find', undefined, { connection: of.connection.name, q })
      if (options.json === true) return { stdout: JSON.stringify(found, null, 2) }
      const { people, legacy } = found
      const texts = people.map((person) => personLines(person).join('\n'))
      const answer = legacy ? [`legacy store: ${printable(JSON.stringify(legacy))}`] : []
      return { stdout: [...(texts.length === 0 ? ['No person was found.'] : texts), ...answer].join('\n\n') }
    })
  },

  'people unlock': (options) => {
    const key = readKey(options)
    return onConnection(options, async (deps, of) => {
      await unlockPerson({ ...deps, ...deps.modules() }, of, key, command_caller)
      return { stdout: 'No failed login locks the person any more.' }
    })
  },

  'people send-link': (options) => {
    const key = readKey(options)
    return onConnection(options, async (deps, of) => {
      const address = await mailLinkToPerson({ ...deps, ...deps.modules() }, of, key, command_caller)
      await recordCommand(deps, of.tenant, 'people send-link', undefined, { connection: of.connection.name, ...key })
      return { stdout: `A link for a new password was sent to ${printable(address)}.` }
    })
  },
} satisfies Record<string, StoreCommand>
