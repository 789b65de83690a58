// A rehearsal of many users with planted faults of every kind counts each exactly, changes nothing and holds its rate; then logins and an import
// of users of each kind end as it said. WHERRY_REHEARSAL_USERS sets the number of users (default 2,000), WHERRY_REHEARSAL_RATE the calls per
// second (default 50).
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { Readable } from 'node:stream'
import { startUsersImport } from '../../src/migration/import/start-users-import.ts'
import { fillDirectory, type ListedUser } from '../migration/rehearsal-kit.ts'
import { uploadDecisions } from '../migration/upload-decisions.ts'
import { outcomeOf, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const users_count = Number(process.env['WHERRY_REHEARSAL_USERS'] ?? 2000)
const rate = Number(process.env['WHERRY_REHEARSAL_RATE'] ?? 50)
const tried_of_each = 200

/** Of so many users each, one has each kind of fault; the others have none. */
const period = 40
const kinds = [
  'collision',
  'twin_first',
  'twin_second',
  'case_first',
  'case_second',
  'bad_address',
  'missing_id',
  'repeated_first',
  'repeated_second',
  'blocked',
  'unknown',
  'other_user',
  'script_error',
  'excluded',
  'renamed',
  'kept',
  'kept_other',
  'alias',
  'alias_target',
  'dropped',
  'gone',
  'moved',
] as const
type Kind = (typeof kinds)[number] | 'plain'

const kindOf = (nth: number): Kind => kinds[nth % period] ?? 'plain'
const group = (nth: number): number => Math.floor(nth / period)

// The legacy store computes each user from the number in the address: the same function makes the expectations.
const source = `
  function profileOf(nth) {
    if (Number.isNaN(nth)) return null
    const kinds = ${JSON.stringify(kinds)}
    const kind = kinds[nth % ${period}] || 'plain'
    const at = Math.floor(nth / ${period})
    const profile = { user_id: 'u' + nth, email: 'u' + nth + '@legacy.example', username: 'name' + nth }
    switch (kind) {
      case 'collision': return { ...profile, email: 'local' + at + '@here.example' }
      case 'twin_first': case 'twin_second': return { ...profile, email: 'twins' + at + '@legacy.example' }
      case 'case_first': return { ...profile, username: 'Case' + at }
      case 'case_second': return { ...profile, username: 'cASE' + at }
      case 'bad_address': return { ...profile, email: 'no address' }
      case 'missing_id': { const { user_id, ...rest } = profile; return rest }
      case 'repeated_first': case 'repeated_second': return { ...profile, user_id: 'repeated' + at }
      case 'blocked': return { ...profile, blocked: true }
      case 'unknown': return null
      case 'other_user': return profileOf(nth + ${period} - nth % ${period} - 1)
      case 'renamed': return { ...profile, email: 'local' + at + '@here.example' }
      case 'kept': case 'kept_other': return { ...profile, email: 'kept' + at + '@legacy.example' }
      case 'dropped': return { ...profile, picture: ['none'], name: 'n'.repeat(3000), given_name: 7, app_metadata: '{"a":1}' }
      default: return profile
    }
  }
  const numberOf = (identifier) => Number((/^(?:u|name)(\\d+)/.exec(identifier) || [])[1])
  const fails = (nth) => nth % ${period} === ${kinds.indexOf('script_error')}
`
const customScripts = {
  login: `function login(identifier, password, callback) {${source}
    const nth = numberOf(identifier)
    if (fails(nth)) return callback(new Error('the row is broken'))
    const profile = profileOf(nth)
    if (!profile) return callback(null)
    if (password !== 'right' + nth) return callback(new WrongUsernameOrPasswordError(identifier))
    callback(null, profile)
  }`,
  get_user: `function getUser(identifier, callback) {${source}
    const nth = numberOf(identifier)
    if (fails(nth)) return callback(new Error('the row is broken'))
    callback(null, profileOf(nth))
  }`,
}

const expected: Record<Kind, string | undefined> = {
  collision: 'collision',
  twin_first: 'shared_identifier',
  twin_second: 'shared_identifier',
  case_first: 'shared_identifier',
  case_second: 'shared_identifier',
  bad_address: 'profile_refused',
  missing_id: 'profile_refused',
  repeated_first: 'repeated_id',
  repeated_second: 'repeated_id',
  blocked: 'blocked',
  unknown: 'unknown_user',
  other_user: 'other_user',
  script_error: 'script_error',
  excluded: 'excluded',
  renamed: 'moved',
  kept: 'moved',
  kept_other: 'collision',
  alias: 'moved',
  alias_target: 'moved',
  dropped: 'moved',
  gone: undefined,
  moved: 'already_moved',
  plain: 'moved',
}

let server: TestServer
let client: TestClient
let connection_id: string
let record_ids: string[]

const mail = (nth: number): string => `u${nth}@legacy.example`

/** The row of a user in the directory, which has what the legacy store has. */
function listed(nth: number): ListedUser {
  const kind = kindOf(nth)
  const plain = { legacy_id: `u${nth}`, email: mail(nth), username: `name${nth}` }
  const at = group(nth)
  switch (kind) {
    // Found by an address of their own: the directory spells the shared one as the username.
    case 'twin_first':
    case 'twin_second':
      return { ...plain, username: `twins${at}@legacy.example` }
    case 'kept':
    case 'kept_other':
      return { ...plain, username: `kept${at}@legacy.example` }
    case 'case_first':
      return { ...plain, username: `Case${at}` }
    case 'case_second':
      return { ...plain, username: `cASE${at}` }
    case 'missing_id':
      return { ...plain, legacy_id: null, problem: 'missing_id' }
    case 'repeated_first':
    case 'repeated_second':
      return { ...plain, legacy_id: null, problem: 'repeated_id' }
    case 'gone':
      return { ...plain, gone_at: 1 }
    default:
      return plain
  }
}

const numbers = Array.from({ length: users_count }, (_, nth) => nth)
const of = (kind: Kind): number[] => numbers.filter((nth) => kindOf(nth) === kind)
const path = (rest: string): string => `migrations/${connection_id}/${rest}`

async function logIn(nth: number): Promise<unknown> {
  await server.login(client, 'legacy', mail(nth), `right${nth}`, {}, `198.51.${nth % 250}.${(nth >> 8) % 250}`)
  await server.settle()
  const [event] = await server.logs(`user_name:"${mail(nth)}" AND type:(s OR f OR fp OR fu)`)
  return outcomeOf(event)
}

async function rehearse(calls_per_second: number): Promise<JsonObject> {
  const { id } = await server.must('POST', path('rehearsals'), { calls_per_second })
  for (;;) {
    const report = (await server.must('GET', path(`rehearsals/${id}`))) as JsonObject
    if (report['status'] === 'completed') return report
    assert.ok(['pending', 'processing'].includes(String(report['status'])), JSON.stringify(report))
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

before(async () => {
  server = await startTestServer({ env: { WHERRY_PLAN: 'enterprise' } })
  client = await server.createClient()
  const options = {
    enabledDatabaseCustomization: true,
    import_mode: true,
    brute_force_protection: false,
    customScripts,
  }
  connection_id = await server.createConnection('legacy', options, [client])
  record_ids = await fillDirectory(server, connection_id, numbers.map(listed))
  for (const nth of of('collision')) {
    await server.createUser('legacy', { email: `local${group(nth)}@here.example`, password: 'Chosen-here-1' })
  }
  for (const nth of of('moved')) assert.equal(await logIn(nth), 'moved')
  const row = (nth: number, decision: string, more: { email?: string; alias_of?: string } = {}): string =>
    [record_ids[nth], decision, more.email ?? '', more.alias_of ?? ''].join(',')
  const loaded = await uploadDecisions(server, connection_id, [
    'record_id,decision,new_email,alias_of',
    ...of('excluded').map((nth) => row(nth, 'exclude')),
    ...of('renamed').map((nth) => row(nth, 'rename', { email: `renamed${nth}@here.example` })),
    ...of('kept').map((nth) => row(nth, 'keep')),
    ...of('alias').map((nth) => row(nth, 'alias', { alias_of: record_ids[nth + 1] ?? '' })),
  ])
  assert.equal(loaded['left_open'], 0)
})
after(async () => await server?.close())

test('a rehearsal counts each planted fault exactly, changes nothing, and holds its rate', async (t) => {
  const states = (await server.must('GET', `migrations/${connection_id}`)).states
  const report = await rehearse(rate)
  const counts: Record<string, number> = {}
  for (const nth of numbers) {
    const outcome = expected[kindOf(nth)]
    if (outcome !== undefined) counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  assert.deepEqual(report['outcomes'], counts)
  assert.deepEqual(report['refused_fields'], { email: of('bad_address').length, user_id: of('missing_id').length })
  assert.deepEqual(report['dropped'], { picture: of('dropped').length })
  assert.deepEqual(report['cut'], { name: of('dropped').length })
  assert.deepEqual(report['converted'], { app_metadata: of('dropped').length })
  assert.deepEqual((await server.must('GET', `migrations/${connection_id}`)).states, states)
  const held = Number(report['held_calls_per_second'])
  t.diagnostic(`${users_count} users, ${rate} calls/s wanted, ${held} held, ${JSON.stringify(report['latency_ms'])}`)
  assert.ok(Math.abs(held - rate) <= rate / 10, `${held} calls per second were held of ${rate}`)
})

test('logins of each kind end as the rehearsal said', async () => {
  const later: Partial<Record<Kind, string>> = {
    twin_first: 'moved',
    twin_second: 'collision',
    case_first: 'moved',
    case_second: 'collision',
    repeated_first: 'moved',
    repeated_second: 'wrong_password',
    moved: 'success',
  }
  const order: Kind[] = [...kinds, 'plain']
  for (const kind of order) {
    // Those who are gone are not rehearsed; what another user's profile leads to is that user's matter.
    if (kind === 'gone' || kind === 'other_user') continue
    for (const nth of of(kind).slice(0, tried_of_each)) {
      // The person of an alias has moved with the password of the other id.
      const wanted: string | undefined = kind === 'alias_target' ? 'wrong_password' : (later[kind] ?? expected[kind])
      assert.equal(await logIn(nth), wanted, `${kind} ${nth}`)
    }
  }
})

test('an import of further users ends as the rehearsal said', async () => {
  const { db, sealer, clock, tenant_id } = server.internals
  const further = (kind: Kind): number[] => of(kind).slice(tried_of_each, 2 * tried_of_each)
  const rows = (['plain', 'collision', 'kept_other', 'excluded', 'renamed'] as const).flatMap((kind) =>
    further(kind).map((nth) => {
      const email =
        kind === 'collision' || kind === 'renamed'
          ? `local${group(nth)}@here.example`
          : kind === 'kept_other'
            ? `kept${group(nth)}@legacy.example`
            : mail(nth)
      return { kind, line: JSON.stringify({ user_id: `u${nth}`, email, username: `name${nth}` }) }
    }),
  )
  if (rows.length === 0) return
  const job_id = await startUsersImport(
    { db, sealer, clock, jobs: { wake: () => undefined } },
    tenant_id,
    async (keepFile) => {
      await keepFile('users', Readable.from([Buffer.from(rows.map(({ line }) => `${line}\n`).join(''))]))
      return { connection_id }
    },
  )
  for (;;) {
    const job = await server.must('GET', `jobs/${job_id}`)
    if (job.status !== 'completed') {
      await new Promise((resolve) => setTimeout(resolve, 500))
      continue
    }
    const inserted = rows.filter(({ kind }) => expected[kind] === 'moved').length
    assert.deepEqual([job.summary.inserted, job.summary.failed], [inserted, rows.length - inserted])
    return
  }
})
