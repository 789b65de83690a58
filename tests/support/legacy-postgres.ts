// A real PostgreSQL with the users of a shop, as a legacy store that can be stopped.
import bcrypt from 'bcryptjs'
import { startOwnPostgres } from './postgres.ts'

/** A user of the legacy store. */
export type LegacyPerson = { id: number; email: string; username: string; password: string }

/** Users of the legacy store. Two have usernames that are the same here, where case does not count. */
export const people = {
  ada: { id: 1, email: 'ada@harbour.example', username: 'ada', password: 'Harbour-1892' },
  grace: { id: 2, email: 'grace@harbour.example', username: 'grace', password: 'Lighthouse-17' },
  cy: { id: 3, email: 'cy@harbour.example', username: 'ADA', password: 'Anchor-and-rope-3' },
  dot: { id: 4, email: 'dot@harbour.example', username: 'dot', password: 'Tide-table-44' },
} as const satisfies Record<string, LegacyPerson>

const table = `create table users (
  id integer primary key, email text not null, username text not null, password_hash text not null, name text not null
)`

/** Starts the legacy store. Scripts may connect as the owner of the database, or as a user who can only read. */
export async function startLegacyPostgres() {
  const server = await startOwnPostgres()
  await server.query(table)
  for (const { id, email, username, password } of Object.values(people)) {
    const values = [id, email, username, bcrypt.hashSync(password, 4), `<b>${username}</b>`]
    await server.query('insert into users values ($1, $2, $3, $4, $5)', values)
  }
  await server.query("create role reader login password 'reads-only'")
  await server.query('grant select on users to reader')
  const reader = new URL(server.url)
  reader.username = 'reader'
  reader.password = 'reads-only'
  return { server, owner_url: server.url, reader_url: reader.href }
}
