// Everything the story takes place in: the legacy store, Wherry, and what was made through the Management API.
import pg from 'pg'
import { at, ask, listAt, textAt, type Answer, type Question } from './ask.ts'
import type { LegacyStore } from './legacy-store.ts'
import type { LegacyPerson } from './legacy-store/people.ts'
import type { Teller } from './teller.ts'
import type { FirstRun } from './wherry-server.ts'

/** The two sides, and the voice. */
export type Stage = {
  tell: Teller
  store: LegacyStore
  wherry: FirstRun
  /** What the legacy table held before Wherry was told of it. */
  table_digest: string
  /** How many queries the legacy store had seen by then. */
  queries_before: number
}

/** The stage with a connection and a client on it. */
export type World = Stage & { token: string; client_id: string; connection_id: string; options: unknown }

/** How the connection is called; the scripts' ids get it as namespace. */
export const connection_name = 'customers'

/** A login, with what it cost the legacy store and how the log calls it. */
export type Login = Answer & { legacy_queries: number; outcome: string }

/** The person with this id. */
export function person({ store }: Stage, id: number): LegacyPerson {
  const found = store.people()[id - 1]
  if (!found) throw new Error(`The legacy store has no person ${id}.`)
  return found
}

/** A digest of everything in the legacy table. */
export async function tableDigest(store: LegacyStore): Promise<string> {
  const [row] = await queryLegacy<{ digest: string }>(
    store,
    "select md5(string_agg(users::text, ',' order by id)) as digest from users",
  )
  return row?.digest ?? ''
}

/** Asks the legacy store directly, as its owner may. */
export async function queryLegacy<Row extends pg.QueryResultRow>(store: LegacyStore, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: store.url })
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

/** Asks the Management API. @throws Error for any answer that is no success */
export async function manage(
  { wherry, token }: Pick<World, 'wherry' | 'token'>,
  path: string,
  question: Question = {},
) {
  const answer = await ask(`${wherry.issuer}api/v2/${path}`, { ...question, token })
  if (answer.status < 300) return answer
  throw new Error(`${question.method ?? 'GET'} /api/v2/${path} answered ${answer.status}: ${answer.text}`)
}

/** Posts a password to the token endpoint, as an application does. */
export async function postPassword(world: World, email: string, password: string): Promise<Answer> {
  return await ask(`${world.wherry.issuer}oauth/token`, {
    method: 'POST',
    json: {
      grant_type: 'password',
      client_id: world.client_id,
      realm: connection_name,
      username: email,
      password,
      scope: 'openid profile email',
    },
  })
}

/** The newest outcomes that Wherry's log has of this person, newest first. */
export async function outcomesOf(world: World, email: string, count = 1): Promise<string[]> {
  const query = new URLSearchParams({
    q: `user_name:"${email}" AND type:(s OR f OR fp OR fu)`,
    per_page: String(count),
  })
  const { body } = await manage(world, `logs?${query}`)
  return listAt(body).map((event) => textAt(event, 'details', 'migration', 'outcome') || textAt(event, 'type'))
}

/** Logs a person in, and reads in the log what became of it. */
export async function logIn(world: World, { email }: LegacyPerson, password: string): Promise<Login> {
  const mark = world.store.queries()
  const answer = await postPassword(world, email, password)
  const legacy_queries = world.store.queriesSince(mark)
  const [outcome = ''] = await outcomesOf(world, email)
  return { ...answer, legacy_queries, outcome }
}

/** The claims of an ID token. Its signature is not checked: it came straight from the token endpoint. */
export function idTokenClaims(answer: Answer): unknown {
  const [, payload = ''] = textAt(answer.body, 'id_token').split('.')
  return payload === '' ? undefined : (JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown)
}

/** The migration record of a person, or undefined. */
export async function recordOf(world: World, email: string): Promise<unknown> {
  const path = `migrations/${world.connection_id}/records`
  const { body } = await manage(world, path, { query: { q: email, take: '10' } })
  return listAt(body, 'records').find((record) => at(record, 'email') === email)
}

/** Asks `find` until it has an answer. @throws Error after ten seconds */
export async function eventually<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
  for (const until = Date.now() + 10_000; Date.now() < until;) {
    const found = await find()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`Waited ten seconds for ${what}.`)
}
