import { countText } from '../base/count-text.ts'
import { defined } from '../base/defined.ts'
import { connectionById, type Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import type { User as ShownUser } from '../contract/user.ts'
import { deleteUser } from '../login/delete-user.ts'
import { checkResetRequest, sendReset } from '../login/request-reset.ts'
import { updateUser } from '../login/update-user.ts'
import { liftBlocks, listBlocks, namesOfUser, type Block } from '../login/user-blocks.ts'
import { recordByLegacyId } from '../migration/find-records.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { listUsers } from '../users/list-users.ts'
import { showUsers } from '../users/show-users.ts'
import { all_documents, documentsOf } from '../users/user-rows.ts'
import { shownName, userById, type User } from '../users/user.ts'
import type { CommandDeps } from './command-deps.ts'
import type { CommandOptions } from './command-options.ts'
import { printable } from './printable.ts'
import { command_caller, recordCommand } from './record-command.ts'
import {
  connectionNamed,
  countOption,
  optionalOption,
  refuse,
  requireOption,
  tenantNamed,
  type StoreCommand,
} from './store-command.ts'
import { textTable } from './text-table.ts'

const found_max = 1000
const found_by_default = 20
const same_name_max = 10

/** A phrase of a query. */
const phrase = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`

/** The users with this e-mail address, username or phone number. */
async function usersNamed(deps: CommandDeps, { tenant_id }: Tenant, name: string): Promise<User[]> {
  const of_name = phrase(name)
  const { items } = await listUsers({ ...deps, searches: deps.modules().searches }, tenant_id, {
    search: `email:${of_name} OR username:${of_name} OR phone_number:${of_name}`,
    page: { kind: 'offset', page: 0, per_page: same_name_max },
    include_total: false,
  })
  return items
}

/** The user of an id, e-mail address, username or phone number. @throws {Refusal} if there is none, or more than one */
async function userNamed(deps: CommandDeps, tenant: Tenant, name: string): Promise<User> {
  const of_id = await userById(deps.db, tenant.tenant_id, name)
  if (of_id) return of_id
  const found = await usersNamed(deps, tenant, name)
  const [user, another] = found
  if (!user)
    throw new Refusal('inexistent_user', {
      message: `The tenant "${tenant.name}" has no user "${name}". Legacy users who have not moved are found by people find.`,
    })
  if (!another) return user
  const ids = found.map(({ user_id }) => user_id).join(', ')
  return refuse(`Several users are called "${name}": give the id of one of them with --user: ${ids}.`)
}

async function connectionOf(deps: CommandDeps, user: User): Promise<Connection> {
  const connection = await connectionById(deps.db, user.tenant_id, user.connection_id)
  return connection ?? refuse(`The connection of the user ${user.user_id} was deleted.`)
}

async function shown(deps: CommandDeps, user: User): Promise<ShownUser> {
  const [one] = await showUsers(deps.db, user.tenant_id, [user])
  if (!one) throw new Refusal('inexistent_user')
  return one
}

/** The state of the user in the ledger of each connection that has a record. */
async function recordsOf({ db }: CommandDeps, { tenant_id, identities }: User) {
  const records = await Promise.all(
    identities.map(({ connection_id, identity_user_id }) =>
      recordByLegacyId(db, { tenant_id, connection_id }, identity_user_id),
    ),
  )
  return records.flatMap((record) =>
    record ? [{ connection_id: record.connection_id, record_id: record.record_id, state: record.state }] : [],
  )
}

const blockText = ({ identifier, ip, connection }: Block): string =>
  `${identifier} in ${connection}, ${ip === undefined ? 'for every address' : `for the address ${ip}`}`

function describeUser(user: ShownUser, more: { records: { state: string }[]; locks: Block[] }): string {
  const { user_metadata, app_metadata, identities, ...attributes } = user
  const lines = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === 'string' ? value : JSON.stringify(value)] as const],
  )
  const all = [
    ...lines,
    ['connections', identities.map(({ connection }) => connection).join(', ')] as const,
    ['migration', more.records.map(({ state }) => state).join(', ') || 'no record'] as const,
    ['locked', more.locks.map(blockText).join('; ') || 'no'] as const,
    ['user_metadata', JSON.stringify(user_metadata ?? {})] as const,
    ['app_metadata', JSON.stringify(app_metadata ?? {})] as const,
  ]
  const width = Math.max(...all.map(([name]) => name.length))
  return all.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`).join('\n')
}

/** Reads `--user` and the tenant, and passes the user to a command. */
function onUser(
  { user: name, tenant: tenant_name }: CommandOptions,
  run: (deps: CommandDeps, tenant: Tenant, user: User) => Promise<{ stdout: string }>,
): ReturnType<StoreCommand> {
  const wanted = requireOption(name, '--user')
  return async (deps) => {
    // The users of the system tenant are the admins.
    const tenant = await tenantNamed(deps.db, tenant_name, true)
    return await run(deps, tenant, await userNamed(deps, tenant, wanted))
  }
}

async function setBlocked(deps: CommandDeps, tenant: Tenant, user: User, blocked: boolean): Promise<void> {
  const update = { tenant, user_id: user.user_id, change: { blocked }, caller: command_caller }
  await updateUser({ ...deps, ...deps.modules() }, update)
  await recordCommand(deps, tenant, `users ${blocked ? 'block' : 'unblock'}`, user)
}

/** The commands for users. */
export const user_commands = {
  'users find': ({ query, connection, limit, tenant: tenant_name, json }) => {
    const per_page = countOption(limit, '--limit', { most: found_max }) ?? found_by_default
    const search = optionalOption(query, '--query')
    const of_connection = optionalOption(connection, '--connection')
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name, true)
      const only = of_connection === undefined ? undefined : await connectionNamed(deps.db, tenant, of_connection)
      const wanted = defined({ search, connection_id: only?.connection_id })
      const documents = json === true ? all_documents : documentsOf([])
      const asked = { ...wanted, page: { kind: 'offset', page: 0, per_page }, include_total: true, documents } as const
      const found = await listUsers({ ...deps, searches: deps.modules().searches }, tenant.tenant_id, asked)
      const users = await showUsers(deps.db, tenant.tenant_id, found.items)
      const { total = users.length } = found
      if (json === true) return { stdout: JSON.stringify({ total, users }, null, 2) }
      const rows = users.map(({ user_id, email, username, phone_number, identities, blocked, last_login }) => [
        user_id,
        email ?? username ?? phone_number ?? '',
        identities.map((identity) => identity.connection).join(', '),
        blocked === true ? 'blocked' : '',
        last_login ?? 'never',
      ])
      const count = `${countText(users.length)} of ${countText(total)} users`
      if (rows.length === 0) return { stdout: count }
      return { stdout: `${textTable(['ID', 'NAME', 'CONNECTION', 'STATE', 'LAST LOGIN'], rows)}\n${count}` }
    }
  },

  'users show': (options) =>
    onUser(options, async (deps, tenant, user) => {
      const names = await namesOfUser(deps.db, await connectionOf(deps, user), user.user_id)
      const records = await recordsOf(deps, user)
      const locks = await listBlocks(deps.db, deps.clock, tenant, names)
      const one = await shown(deps, user)
      if (options.json === true) return { stdout: JSON.stringify({ user: one, records, locks }, null, 2) }
      return { stdout: describeUser(one, { records, locks }) }
    }),

  'users block': (options) =>
    onUser(options, async (deps, tenant, user) => {
      await setBlocked(deps, tenant, user, true)
      return { stdout: `${shownName(user)} (${user.user_id}) is blocked now, and has no sessions any more.` }
    }),

  'users unblock': (options) =>
    onUser(options, async (deps, tenant, user) => {
      await setBlocked(deps, tenant, user, false)
      const names = await namesOfUser(deps.db, await connectionOf(deps, user), user.user_id)
      await liftBlocks(deps.db, tenant.tenant_id, names)
      const there = user.legacy_blocked
        ? ' The legacy store blocked this user at the last login: unblock the user there.'
        : ''
      return {
        stdout: `${shownName(user)} (${user.user_id}) is not blocked here, and no failed login locks the user.${there}`,
      }
    }),

  'users delete': (options) =>
    onUser(options, async (deps, tenant, user) => {
      const { name } = await connectionOf(deps, user)
      const who = `${shownName(user)} (${user.user_id}) of the connection ${name}`
      if (options.yes !== true) return refuse(`This deletes ${who}, with sessions and tokens. Repeat it with --yes.`)
      await deleteUser(
        { ...deps, ...deps.modules() },
        { tenant, user_id: user.user_id, caller: command_caller, local_only: options['local-only'] === true },
      )
      return { stdout: `Deleted: ${who}.` }
    }),

  'users send-reset': ({ user: wanted, connection: connection_name, tenant: tenant_name }) => {
    const name = requireOption(wanted, '--user')
    const of_connection = optionalOption(connection_name, '--connection')
    return async (deps) => {
      const tenant = await tenantNamed(deps.db, tenant_name)
      const request = { tenant, caller: command_caller, ...(await resetTarget(deps, tenant, name, of_connection)) }
      checkResetRequest(request)
      const { is_sent, description } = await sendReset({ ...deps, ...deps.modules() }, request)
      return { stdout: description, status: is_sent ? 0 : 1 }
    }
  },
} satisfies Record<string, StoreCommand>

/** The connection and the identifier that a reset is for: of a user here, or, with a connection, what the legacy store may know. */
async function resetTarget(
  deps: CommandDeps,
  tenant: Tenant,
  name: string,
  connection_name: string | undefined,
): Promise<{ connection: Connection; identifier: string }> {
  if (connection_name !== undefined) {
    return { connection: await connectionNamed(deps.db, tenant, connection_name), identifier: name }
  }
  const user = await userNamed(deps, tenant, name)
  return { connection: await connectionOf(deps, user), identifier: shownName(user) }
}
