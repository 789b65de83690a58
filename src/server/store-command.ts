import { Check } from 'typebox/schema'
import { connectionByRealm, type Connection } from '../connections/connection.ts'
import { NewConnection } from '../contract/connection-routes.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Db } from '../store/tables.ts'
import { tenantFromRow, type Tenant } from '../tenants/tenant.ts'
import { no_tenant_yet, type CommandDeps } from './command-deps.ts'
import type { CommandOptions, CommandOutput } from './command-options.ts'

/** Opens the file that a command reads: its bytes are sent to the server where one runs. */
export type Upload = () => AsyncIterable<Uint8Array>

/**
 * A command on the store: checks its options, and returns the function that runs it. It runs in the server that uses the store, if there is
 * one. `upload` is given where the command line names a file to read.
 */
export type StoreCommand = (
  options: CommandOptions,
) => (deps: CommandDeps, upload: Upload | undefined) => Promise<CommandOutput>

/** Refuses a command line. @throws {Refusal} always */
export function refuse(message: string): never {
  throw new Refusal('invalid_request', { message })
}

/**
 * The text of an option.
 *
 * @throws {Refusal} if it is missing or empty
 */
export function requireOption(value: string | undefined, option: string): string {
  if (value === undefined || value.trim() === '') return refuse(`Please give ${option}.`)
  return value.trim()
}

/**
 * The text of an option that may be left out.
 *
 * @throws {Refusal} if it is given and empty
 */
export function optionalOption(value: string | undefined, option: string): string | undefined {
  if (value !== undefined && value.trim() === '') return refuse(`${option} is empty: give a value, or leave it out.`)
  return value?.trim()
}

/**
 * The whole number of an option that may be left out, from 1 on.
 *
 * @throws {Refusal} if it is given and no such number, or above `most`
 */
export function countOption(value: string | undefined, option: string, { most }: { most: number }): number | undefined {
  if (value === undefined) return undefined
  const count = Number(value)
  const is_valid = /^\d{1,15}$/.test(value) && count >= 1 && count <= most
  return is_valid ? count : refuse(`${option} must be a number from 1 to ${most}; it is "${value}".`)
}

/**
 * The name of a connection, checked as the Management API checks it.
 *
 * @throws {Refusal} if it is missing or is not a valid name of a connection
 */
export function connectionName(value: string | undefined): string {
  const name = requireOption(value, '--name')
  const valid: boolean = Check(NewConnection.properties.name, name)
  return valid ? name : refuse(`--name must be letters, digits and single hyphens, at most 128; it is "${name}".`)
}

/** The tenant of a name, or the default tenant without a name. @throws {Refusal} if there is none */
export async function tenantNamed(db: Db, name: string | undefined, may_be_system = false): Promise<Tenant> {
  const query = db.selectFrom('tenants').selectAll()
  const row = await (
    name === undefined ? query.where('is_default', '=', 1) : query.where('name', '=', name)
  ).executeTakeFirst()
  if (!row || (row.is_system === 1 && !may_be_system)) {
    throw new Refusal('inexistent_tenant', {
      message: name === undefined ? no_tenant_yet : `There is no tenant "${name}".`,
    })
  }
  return tenantFromRow(row)
}

/** The connection of a name. @throws {Refusal} if the tenant has none */
export async function connectionNamed(db: Db, tenant: Tenant, name: string): Promise<Connection> {
  const connection = await connectionByRealm(db, tenant.tenant_id, name)
  if (connection) return connection
  throw new Refusal('inexistent_connection', { message: `There is no connection "${name}".` })
}
