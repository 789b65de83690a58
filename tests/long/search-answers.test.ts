// Random searches of random metadata find the same users on both engines as a plain filter over the documents.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/base/json.ts'
import { openSearches } from '../../src/store/searches.ts'
import { openStore, type StoreTarget } from '../../src/store/open-store.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { completeProfile } from '../../src/users/user-attributes.ts'
import { insertUsers } from '../../src/users/insert-user.ts'
import { listUsers } from '../../src/users/list-users.ts'
import { documentLeaf } from '../../src/users/metadata/metadata-leaves.ts'
import { startPostgres } from '../support/servers.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { diceFrom, type Dice } from './random-values.ts'

const users = 400
const searches_per_engine = 600
const of = { tenant_id: 'ten_a', connection_id: 'con_a' }

const server = await startPostgres()
after(() => server.stop())

const engines: Record<string, () => Promise<StoreTarget>> = {
  SQLite: () => Promise.resolve({ engine: 'sqlite', folder: tempFolder('answers') }),
  PostgreSQL: async () => ({
    engine: 'postgres',
    url: (await server.createDatabase('answers')).url,
    connections: 2,
    onConnectionError: () => undefined,
  }),
}

const names = ['a', 'b', 'plan', 'deep name']
const words = ['gold', 'silver', 'go', 'Gold', '7', 'true', 'x'.repeat(250), 'ü', 'a b']
const numbers = [-2, 0, 1, 7, 7.5, 1e12]

function anyMember(dice: Dice, depth: number): JsonValue {
  switch (dice.below(depth > 0 ? 7 : 4)) {
    case 0:
      return dice.pick(words)
    case 1:
      return dice.pick(numbers)
    case 2:
      return dice.chance(50)
    case 3:
      return dice.chance(30) ? null : dice.pick(words)
    case 4:
      return Array.from({ length: dice.below(4) }, () => anyMember(dice, depth - 1))
    default:
      return anyDocument(dice, depth - 1)
  }
}

function anyDocument(dice: Dice, depth: number): JsonObject {
  const members = Array.from({ length: dice.below(4) }, () => [dice.pick(names), anyMember(dice, depth)] as const)
  return Object.fromEntries(members)
}

/** A search: its text, and the filter that it stands for. */
type Search = { text: string; finds(document: JsonObject): boolean }

/** The values at a path: arrays on it and at its end are unwrapped. */
function valuesAt(document: JsonObject, path: string[]): JsonValue[] {
  let objects = [document]
  let values: JsonValue[] = []
  for (const name of path) {
    const members = objects.flatMap((object) => (Object.hasOwn(object, name) ? [object[name] ?? null] : []))
    values = members.flatMap((member) => (Array.isArray(member) ? [member, ...member] : [member]))
    objects = values.filter((value) => isJsonObject(value))
  }
  return values
}

const quote = (text: string): string => `"${text}"`
const escape = (text: string): string => text.replaceAll(' ', String.raw`\ `)
const isEmpty = (value: JsonValue): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0)

function anyClause(dice: Dice): Search {
  const path = Array.from({ length: 1 + dice.below(3) }, () => dice.pick(names))
  const field = `app_metadata.${path.map(escape).join('.')}`
  const where = (text: string, test: (value: JsonValue) => boolean): Search => ({
    text,
    finds: (document) => valuesAt(document, path).some(test),
  })
  const word = dice.pick(words)
  const number = dice.pick(numbers)
  const start = word.slice(0, 2)
  switch (dice.below(6)) {
    case 0:
      return where(`${field}:${quote(word)}`, (value) => value === word)
    case 1: {
      const unquoted = (value: JsonValue) =>
        value === word || (word === '7' && value === 7) || (word === 'true' && value === true)
      return where(`${field}:${escape(word)}`, unquoted)
    }
    case 2:
      return where(`${field}:${escape(start)}*`, (value) => typeof value === 'string' && value.startsWith(start))
    case 3:
      return where(
        `${field}:[${number} TO 100}`,
        (value) => typeof value === 'number' && value >= number && value < 100,
      )
    case 4:
      return where(
        `${field}:${String(number).replace('-', String.raw`\-`)}`,
        (value) => value === number || value === String(number),
      )
    default:
      return where(`_exists_:${field}`, (value) => !isEmpty(value))
  }
}

function anySearch(dice: Dice, depth: number): Search {
  if (depth === 0 || dice.chance(40)) return anyClause(dice)
  const one = anySearch(dice, depth - 1)
  const other = anySearch(dice, depth - 1)
  switch (dice.below(3)) {
    case 0:
      return { text: `(${one.text} AND ${other.text})`, finds: (user) => one.finds(user) && other.finds(user) }
    case 1:
      return { text: `(${one.text} OR ${other.text})`, finds: (user) => one.finds(user) || other.finds(user) }
    default:
      return { text: `(${one.text} AND NOT ${other.text})`, finds: (user) => one.finds(user) && !other.finds(user) }
  }
}

for (const [engine, makeTarget] of Object.entries(engines)) {
  test(`${searches_per_engine} random searches of metadata find what a plain filter finds on ${engine}`, async (t) => {
    const seed = Number(process.env['WHERRY_SEED'] ?? Date.now())
    t.diagnostic(`seed ${seed}`)
    const dice = diceFrom(seed)
    const target = await makeTarget()
    const db = await openStore(target)
    const searches = openSearches(db, target)
    const documents = new Map(Array.from({ length: users }, (_, at) => [`auth0|${at}`, anyDocument(dice, 4)]))
    const rows = [...documents].map(([user_id, app_metadata], at) => ({
      ...of,
      ...completeProfile({ app_metadata }),
      strategy: 'auth0',
      identity_user_id: user_id.slice('auth0|'.length),
      at,
      last_password_reset: null,
      identifiers: [],
    }))
    await inTransaction(db, (trx) => insertUsers(trx, rows))
    // A third of them are not indexed yet.
    const pending = [...documents.keys()].filter((_, at) => at % 3 === 0)
    await db.deleteFrom('metadata_leaves').where('user_id', 'in', pending).execute()
    await db
      .insertInto('metadata_leaves')
      .values(pending.map((user_id) => ({ tenant_id: of.tenant_id, user_id, ...documentLeaf('pending') })))
      .execute()
    let found = 0
    for (let round = 0; round < searches_per_engine; round += 1) {
      const { text, finds } = anySearch(dice, 3)
      if (text.length > 2000) continue
      const expected = [...documents].filter(([, document]) => finds(document)).map(([user_id]) => user_id)
      const page = { page: { kind: 'offset', page: 0, per_page: users }, include_total: true } as const
      const { items, total } = await listUsers({ db, searches }, of.tenant_id, { search: text, ...page }).catch(
        (error: unknown) => assert.fail(`${text} (seed ${seed}): ${String(error)}`),
      )
      assert.deepEqual(items.map(({ user_id }) => user_id).toSorted(), expected.toSorted(), `${text} (seed ${seed})`)
      assert.equal(total, expected.length)
      found += expected.length
    }
    assert.ok(found > searches_per_engine)
    await searches.close()
    await db.destroy()
  })
}
