// The worker thread of the legacy database (PGlite). It knows nothing of sockets: it runs batches of protocol messages in the order in
// which they arrive.
import { PGlite } from '@electric-sql/pglite'
import { parentPort } from 'node:worker_threads'
import { hashPassword, legacyUsers } from './legacy-users.ts'

const port = parentPort
if (!port) throw new Error('The legacy database runs in a worker thread.')

const db = new PGlite()
// PostgreSQL starts while the passwords are hashed.
const rows = legacyUsers().map((user) => ({
  ...user,
  password_hash: hashPassword(user),
}))
await db.exec(`
  create table users (
    id integer primary key,
    email text not null,
    name text not null,
    password_hash text not null,
    email_verified boolean not null,
    disabled boolean not null,
    created_at timestamptz not null
  );
  create unique index users_email on users (lower(email));
`)
await db.query(
  `insert into users
   select id, email, name, password_hash, email_verified, disabled, timestamptz '2014-03-01' + id * interval '31 hours'
   from json_to_recordset($1::json) as row (
     id integer, email text, name text, password_hash text, email_verified boolean, disabled boolean
   )`,
  [JSON.stringify(rows)],
)

port.on('message', (batch: Uint8Array) => {
  port.postMessage(run(batch))
})
port.postMessage('ready')

/** The response of the database; undefined when it cannot read the batch, which ends the connection of that client only. */
function run(batch: Uint8Array): Uint8Array | undefined {
  try {
    return new Uint8Array(db.execProtocolRawSync(batch))
  } catch {
    return undefined
  }
}
