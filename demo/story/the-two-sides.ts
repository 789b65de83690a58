// The story, chapter by chapter; each file tells one part through the public interfaces, and checks what it tells.
import { readFileSync } from 'node:fs'
import { ask, at, textAt } from '../ask.ts'
import { startLegacyStore, type LegacyStore } from '../legacy-store.ts'
import type { Teller } from '../teller.ts'
import { launchWherry, type WherryServer } from '../wherry-server.ts'
import { connection_name, manage, queryLegacy, tableDigest, type Stage, type World } from '../world.ts'

/** Where what has been started is noted, so that it can be stopped at any moment. */
export type Started = { store?: LegacyStore; wherry?: WherryServer }

/** Starts both sides at the same time, in `folder`. */
export async function startBothSides(tell: Teller, folder: string, started: Started): Promise<Stage> {
  tell.chapter('Two sides of a river')
  tell.say(
    'A company keeps 1,000 people in a PostgreSQL table. Over the years it hashed their passwords in three ways. ' +
      'Nobody can read those passwords, and nobody wants to ask 1,000 people to choose new ones. ' +
      'Both servers start now, on this machine.',
  )
  const began_at = performance.now()
  const timed = async <T>(work: Promise<T>): Promise<{ made: T; ms: number }> => {
    const made = await work
    return { made, ms: performance.now() - began_at }
  }
  started.wherry = launchWherry(folder)
  const [legacy, wherry] = await Promise.all([
    timed(startLegacyStore().then((store) => (started.store = store))),
    timed(started.wherry.ready()),
  ])
  const store = legacy.made
  const people = store.people().length.toLocaleString('en')
  tell.step({ who: 'legacy store', what: 'PostgreSQL', answer: `127.0.0.1:${store.port}`, ms: legacy.ms })
  tell.step({ who: 'Wherry', what: 'empty store', answer: new URL(wherry.made.issuer).host, ms: wherry.ms })
  tell.say(`Three of the ${people} rows:`)
  tell.table([['id', 'email', 'password_hash'], ...(await firstRows(store))])
  const table_digest = await tableDigest(store)
  return { tell, store, wherry: wherry.made, table_digest, queries_before: store.queries() }
}

async function firstRows(store: LegacyStore): Promise<string[][]> {
  const rows = await queryLegacy<{ id: number; email: string; password_hash: string }>(
    store,
    'select id, email, password_hash from users order by id limit 3',
  )
  return rows.map(({ id, email, password_hash }) => [String(id), email, `${password_hash.slice(0, 44)}…`])
}

function script(name: string): string {
  return readFileSync(new URL(`../scripts/${name}.js`, import.meta.url), 'utf8')
}

/** Makes a client and a connection to the legacy store, as an engineer who migrates does. */
export async function connectThem(stage: Stage): Promise<World> {
  const { tell, store, wherry } = stage
  tell.chapter('A connection between them')
  tell.say(
    'An engineer describes the legacy store to Wherry once: two small scripts (login and get_user, the same that Auth0 ' +
      'runs), the address of the database, and the one port that the scripts may reach.',
  )
  const granted = await ask(`${wherry.issuer}oauth/token`, {
    method: 'POST',
    json: {
      grant_type: 'client_credentials',
      client_id: wherry.management_client_id,
      client_secret: wherry.management_client_secret,
      audience: wherry.management_audience,
    },
  })
  const token = textAt(granted.body, 'access_token')
  tell.step({
    who: 'POST /oauth/token',
    what: 'management',
    answer: String(granted.status),
    ms: granted.ms,
    expected: { status: { got: granted.status, wanted: 200 } },
  })
  if (token === '') throw new Error(`No token for the Management API: ${granted.text}`)
  const client = await manage({ wherry, token }, 'clients', {
    method: 'POST',
    json: { name: 'Harbour shop', app_type: 'native', token_endpoint_auth_method: 'none', grant_types: ['password'] },
  })
  const client_id = textAt(client.body, 'client_id')
  tell.step({ who: 'POST /api/v2/clients', what: 'the shop', answer: `${client.status} created`, ms: client.ms })
  const connection = await manage({ wherry, token }, 'connections', {
    method: 'POST',
    json: {
      name: connection_name,
      strategy: 'auth0',
      enabled_clients: [client_id],
      options: {
        enabledDatabaseCustomization: true,
        import_mode: true,
        id_namespace: connection_name,
        customScripts: { login: script('login'), get_user: script('get_user') },
        configuration: { DATABASE_URL: store.url },
        egress: { mode: 'allow_list', allow: [`127.0.0.1:${store.port}`] },
      },
    },
  })
  const shown = textAt(connection.body, 'options', 'configuration', 'DATABASE_URL')
  tell.step({
    who: 'POST /api/v2/connections',
    what: 'import mode',
    answer: `${connection.status} created`,
    ms: connection.ms,
    expected: {
      'import mode': { got: at(connection.body, 'options', 'import_mode'), wanted: true },
      'address of the database sealed': { got: shown !== '' && !shown.includes(String(store.port)), wanted: true },
    },
  })
  tell.say(`The database's address is sealed at rest; the API shows it as ${shown.slice(0, 24)}… from now on.`)
  return {
    ...stage,
    token,
    client_id,
    connection_id: textAt(connection.body, 'id'),
    options: at(connection.body, 'options'),
  }
}
