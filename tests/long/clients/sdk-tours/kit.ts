// What the tours of the management SDKs share: the legacy store's scripts, and reading lists to their end.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { refusalOf } from '../../../support/refusal-of.ts'
import type { Json } from '../../../support/requests.ts'

/** What an SDK connects with. */
export type SdkSettings = { domain: string; clientId: string; clientSecret: string }

/** A tour: it calls every operation that the SDK has a method for, and asserts what each answers. */
export type Tour = (settings: SdkSettings) => Promise<void>

/** The number of users, clients and the like that each tour creates, so that lists have several pages. */
export const several = 7

/** The numbers of what is created several times. */
export const numbers = Array.from({ length: several }, (_, nth) => nth)

/** Options of a connection to a legacy store without users. */
export const connection_options = {
  enabledDatabaseCustomization: true,
  import_mode: true,
  customScripts: {
    login: 'function login(email, password, callback) { callback(new WrongUsernameOrPasswordError(email)) }',
    get_user: 'function getByEmail(email, callback) { callback(null, null) }',
  },
  configuration: { SECRET: 'of the legacy store' },
}

/** The items of a list that is read by page number, until a page is empty. `read` answers the items of a page. */
export async function everyPage(read: (page: number) => Promise<Json[]>): Promise<Json[]> {
  const found: Json[] = []
  for (let page = 0; ; page += 1) {
    assert.ok(page < 50, 'the list does not end')
    const items = await read(page)
    if (items.length === 0) return found
    found.push(...items)
  }
}

/** The items of a list that is read with totals: as many as it says. */
export async function everyPageWithTotals(read: (page: number) => Promise<Json>, name: string): Promise<Json[]> {
  const totals = new Set<number>()
  const items = await everyPage(async (page) => {
    const answer = await read(page)
    totals.add(answer.total)
    assert.equal(answer.start, page * answer.limit)
    return answer[name]
  })
  assert.deepEqual([...totals], [items.length])
  return items
}

/** The items of a list that is read from checkpoints, until one has no next. */
export async function everyCheckpoint(
  read: (from: string | undefined) => Promise<Json>,
  name: string,
): Promise<Json[]> {
  const found: Json[] = []
  let from: string | undefined
  do {
    const answer = await read(from)
    found.push(...answer[name])
    from = answer.next
    assert.ok(found.length < 1000, 'the list does not end')
  } while (from !== undefined)
  return found
}

/**
 * Reads a list in every way that it has (arrays, totals, checkpoints), requires that each has the same items, and returns them.
 *
 * @param member tells the items apart
 */
export async function everyWay(
  read: (query: Json) => Promise<Json>,
  member: string,
  { list, checkpoints }: { list: string; checkpoints: boolean },
): Promise<Json[]> {
  const per_page = 3
  const bare = await everyPage((page) => read({ page, per_page }))
  const counted = await everyPageWithTotals((page) => read({ page, per_page, include_totals: true }), list)
  assert.deepEqual(sorted(counted, member), sorted(bare, member))
  if (!checkpoints) return bare
  const walked = await everyCheckpoint((from) => read({ take: 2, ...(from === undefined ? {} : { from }) }), list)
  assert.deepEqual(sorted(walked, member), sorted(bare, member))
  return bare
}

/** The items of a list that an SDK iterates over by itself. */
export async function collect<T>(list: AsyncIterable<T> | Promise<AsyncIterable<T>>): Promise<T[]> {
  const found: T[] = []
  for await (const item of await list) found.push(item)
  return found
}

/** The values of a member, sorted. */
export const sorted = (items: Json[], member: string): string[] => items.map((item) => String(item[member])).toSorted()

/** Requires that a list has these, each once, whatever else it has. */
export function includesOnce(items: Json[], member: string, wanted: string[]): void {
  for (const value of wanted) {
    assert.equal(items.filter((item) => item[member] === value).length, 1, `${member} ${value}`)
  }
}

/** A job when it has ended. */
export async function ended(read: () => Promise<Json>): Promise<Json> {
  for (const until = Date.now() + 30_000; Date.now() < until; await sleep(100)) {
    const job = await read()
    if (job.status === 'completed' || job.status === 'failed') return job
  }
  return assert.fail('the job does not end')
}

/** The id of an execution of actions that there is not. */
export const unknown_execution = '00000000-0000-4000-8000-000000000000'

/** A file of an import: one row that can be imported, and one that cannot. */
export const import_rows = JSON.stringify([
  { email: 'imported@shop.example', user_id: 'imported', email_verified: true },
  { email: 'no address' },
])

/** The public key of a client, as PEM. */
export const public_key_of = (key: { export(of: { type: 'spki'; format: 'pem' }): string | Buffer }): string =>
  key.export({ type: 'spki', format: 'pem' }).toString()

/** Asserts that each call of an SDK is answered with 404. */
export async function assertNotFound(...calls: readonly Promise<unknown>[]): Promise<void> {
  for (const { statusCode } of await Promise.all(calls.map(refusalOf))) assert.equal(statusCode, 404)
}
