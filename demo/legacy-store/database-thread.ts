// The thread that holds the legacy database: PostgreSQL itself, compiled to WebAssembly. It knows nothing of
// sockets: it answers one batch of wire messages at a time, in the order in which they come.
import { PGlite } from '@electric-sql/pglite'
import { parentPort, workerData } from 'node:worker_threads'
import { legacyPeople, storedPassword } from './people.ts'

/** What the thread is started with: how many users the table holds. */
export type DatabaseThreadData = { users: number }

const port = parentPort
if (!port) throw new Error('The legacy database runs in a worker thread.')

const db = new PGlite()
// PostgreSQL starts while the passwords are hashed.
const rows = legacyPeople((workerData as DatabaseThreadData).users).map((person) => ({
  ...person,
  password_hash: storedPassword(person),
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
  port.postMessage(answerTo(batch))
})
port.postMessage('ready')

/** The database's answer; none when it cannot read the batch, which ends that client and nobody else. */
function answerTo(batch: Uint8Array): Uint8Array | undefined {
  try {
    return new Uint8Array(db.execProtocolRawSync(batch))
  } catch {
    return undefined
  }
}
