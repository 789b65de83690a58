// Which script runs for which event in which mode, and what each answer of a script leads to, against a real PostgreSQL.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { script_matrix } from '../../src/connections/script-matrix.ts'
import type { EventScript } from '../../src/contract/action-scripts.ts'
import { member, type Answer } from '../support/requests.ts'
import {
  happenings,
  startMatrix,
  type HappeningName,
  type Matrix,
  type Mode,
  type Person,
} from '../login/matrix-events.ts'
import type { AnswerName } from '../login/matrix-store.ts'

/** The status of the answer, and the scripts that run, in their order. */
type Expected = readonly [status: number, ...scripts: EventScript[]]
/** `known`: has logged in here. `unknown`: is in the legacy store only. `new`: is nowhere. */
type Kind = 'known' | 'unknown' | 'new'
type Row = { name: HappeningName; kind: Kind } & Partial<Record<Mode, Expected>>

const rows: Row[] = [
  { name: 'login', kind: 'known', local: [200], legacy: [200, 'login'], import: [200] },
  { name: 'login', kind: 'unknown', local: [403], legacy: [200, 'login'], import: [200, 'login'] },
  { name: 'login', kind: 'new', local: [403], legacy: [403, 'login'], import: [403, 'login'] },
  { name: 'login_by_username', kind: 'known', local: [200], legacy: [200, 'login'], import: [200] },
  { name: 'login_by_username', kind: 'unknown', local: [403], legacy: [200, 'login'], import: [200, 'login'] },
  { name: 'wrong_password', kind: 'known', local: [403], legacy: [403, 'login'], import: [403] },
  { name: 'wrong_password', kind: 'unknown', local: [403], legacy: [403, 'login'], import: [403, 'login'] },
  { name: 'refresh', kind: 'known', local: [200], legacy: [200], import: [200] },
  { name: 'sign_up', kind: 'known', local: [400], legacy: [400, 'get_user'], import: [400] },
  { name: 'sign_up', kind: 'unknown', local: [200], legacy: [400, 'get_user'], import: [400, 'get_user'] },
  {
    name: 'sign_up',
    kind: 'new',
    local: [200],
    // One look-up by the e-mail address, one by the username.
    legacy: [200, 'get_user', 'get_user', 'create', 'login'],
    import: [200, 'get_user', 'get_user'],
  },
  { name: 'creation', kind: 'known', local: [409], legacy: [409, 'get_user'], import: [409] },
  { name: 'creation', kind: 'unknown', local: [201], legacy: [409, 'get_user'], import: [409, 'get_user'] },
  {
    name: 'creation',
    kind: 'new',
    local: [201],
    legacy: [201, 'get_user', 'get_user', 'create', 'login'],
    import: [201, 'get_user', 'get_user'],
  },
  { name: 'reset_request', kind: 'known', local: [200], legacy: [200, 'get_user'], import: [200] },
  { name: 'reset_request', kind: 'unknown', local: [200], legacy: [200, 'get_user'], import: [200, 'get_user'] },
  { name: 'reset_request', kind: 'new', local: [200], legacy: [200, 'get_user'], import: [200, 'get_user'] },
  { name: 'password_ticket', kind: 'known', local: [201], legacy: [201, 'get_user'], import: [201] },
  { name: 'password_ticket', kind: 'unknown', local: [404], legacy: [201, 'get_user'], import: [201, 'get_user'] },
  {
    name: 'reset_confirmation',
    kind: 'known',
    local: [200],
    legacy: [200, 'get_user', 'change_password'],
    import: [200],
  },
  {
    name: 'reset_confirmation',
    kind: 'unknown',
    legacy: [200, 'get_user', 'change_password'],
    import: [200, 'get_user'],
  },
  { name: 'verification', kind: 'known', local: [200], legacy: [200, 'verify'], import: [200] },
  { name: 'password_change', kind: 'known', local: [200], legacy: [200, 'change_password'], import: [200] },
  {
    name: 'email_change',
    kind: 'known',
    local: [200],
    legacy: [200, 'get_user', 'change_email'],
    import: [200, 'get_user'],
  },
  {
    name: 'email_verified_change',
    kind: 'known',
    local: [200],
    legacy: [200, 'get_user', 'change_email'],
    import: [200],
  },
  { name: 'username_change', kind: 'known', local: [200], legacy: [200, 'change_username'], import: [200, 'get_user'] },
  { name: 'phone_number_change', kind: 'known', local: [200], legacy: [200, 'change_phone_number'], import: [200] },
  { name: 'metadata_change', kind: 'known', local: [200], legacy: [200], import: [200] },
  { name: 'deletion', kind: 'known', local: [204], legacy: [204, 'delete'], import: [204] },
  { name: 'deletion_here', kind: 'known', local: [204], legacy: [204], import: [204] },
]

let matrix: Matrix
before(async () => {
  matrix = await startMatrix()
})
after(async () => await matrix?.close())

const personOf = async (kind: Kind, mode: Mode): Promise<Person> => {
  if (kind === 'new') return matrix.newUser()
  return kind === 'unknown' ? await matrix.unknownUser() : await matrix.knownUser(mode)
}

describe('the scripts of each event in each mode', () => {
  for (const { name, kind, ...modes } of rows) {
    for (const mode of ['local', 'legacy', 'import'] as const) {
      const expected = modes[mode]
      if (!expected) continue
      const [status, ...scripts] = expected
      test(`${name} of a user who is ${kind}, ${mode} mode: ${status}, ${scripts.join(', ') || 'no script'}`, async () => {
        const person = await personOf(kind, mode)
        await matrix.store.takeCalls()
        const answer = await happenings[name](matrix, mode, person)
        assert.equal(answer.status, status, answer.text)
        const calls = await matrix.store.takeCalls()
        assert.deepEqual(
          calls.map(([script]) => script),
          scripts,
        )
      })
    }
  }

  test('each script of the table of the server is covered, in each mode in which it runs', () => {
    for (const mode of ['legacy', 'import'] as const) {
      const listed = new Set(Object.values(script_matrix).flatMap((modes): readonly EventScript[] => modes[mode]))
      const seen = new Set(rows.flatMap((row) => row[mode]?.slice(1) ?? []))
      assert.deepEqual(seen, listed)
    }
  })
})

// Events that change the legacy store: the script, and the type of the log event of a failure.
const changes: { name: HappeningName; script: EventScript; failure: string; success: number }[] = [
  { name: 'sign_up', script: 'create', failure: 'fs', success: 200 },
  { name: 'creation', script: 'create', failure: 'fs', success: 201 },
  { name: 'verification', script: 'verify', failure: 'fv', success: 200 },
  { name: 'reset_confirmation', script: 'change_password', failure: 'fcp', success: 200 },
  { name: 'password_change', script: 'change_password', failure: 'fcp', success: 200 },
  { name: 'email_change', script: 'change_email', failure: 'fce', success: 200 },
  { name: 'username_change', script: 'change_username', failure: 'fcu', success: 200 },
  { name: 'phone_number_change', script: 'change_phone_number', failure: 'fcpn', success: 200 },
  { name: 'deletion', script: 'delete', failure: 'fdu', success: 204 },
]

// Answers that each script may give, and the status and the outcome in the log: `done` and `not_done` depend on the script.
const answers: Record<AnswerName, 'done' | 'nothing' | 'no' | [status: number, outcome: string]> = {
  nothing: 'nothing',
  null: 'nothing',
  true: 'done',
  false: 'no',
  zero: 'no',
  one: 'done',
  object: 'done',
  twice: 'done',
  later: 'done',
  validation: [400, 'refused_by_script'],
  user_exists: [400, 'refused_by_script'],
  unauthorized: [403, 'denied_by_script'],
  wrong_password: [502, 'script_error'],
  error: [502, 'script_error'],
  text: [502, 'script_error'],
  throw: [502, 'script_error'],
  outage: [503, 'legacy_unreachable'],
  timeout: [503, 'legacy_timeout'],
}

/** What a script's answer leads to: undefined where the change counts as made. */
function expectedFailure(name: HappeningName, script: EventScript, answer: AnswerName): [number, string] | undefined {
  const expected = answers[answer]
  if (answer === 'user_exists' && name === 'creation') return [409, 'refused_by_script']
  if (Array.isArray(expected)) return expected
  const is_done = expected === 'done' || script === 'delete' || (script === 'create' && expected === 'nothing')
  // Nothing was created, so that the login which confirms a creation is refused.
  if (is_done) return script === 'create' ? [502, 'unknown_user'] : undefined
  return [400, 'not_done']
}

describe('what each answer of a script that changes the legacy store leads to', () => {
  const shown = async ({ user_id }: Person): Promise<Answer> =>
    await matrix.server.api('GET', `users/${encodeURIComponent(user_id)}`)

  for (const { name, script, failure, success } of changes) {
    for (const answer of Object.keys(answers) as AnswerName[]) {
      const expected = expectedFailure(name, script, answer)
      test(`${name}: ${script} answers ${answer}: ${expected?.join(' ') ?? 'the change is made'}`, async () => {
        const person = script === 'create' ? matrix.newUser() : await matrix.knownUser('legacy')
        const earlier = script === 'create' ? undefined : await shown(person)
        await matrix.store.setAnswer(script, answer)
        const result = await happenings[name](matrix, 'legacy', person)
        await matrix.store.setAnswer(script, undefined)
        assert.equal(result.status, expected?.[0] ?? success, result.text)
        if (!expected) return
        assert.doesNotMatch(result.text, /wrong email or password/i)
        await matrix.server.settle()
        const [event] = await matrix.server.logs(`type:${failure}`)
        assert.equal(member(member(event?.['details'], 'migration'), 'outcome'), expected[1])
        if (answer === 'validation' || answer === 'unauthorized') {
          assert.match(result.text, answer === 'validation' ? /The store says no\./ : /Ask the help desk\./)
        }
        if (!earlier) return
        const later = await shown(person)
        assert.deepEqual(later.json, earlier.json)
        const again = await happenings[name](matrix, 'legacy', person)
        assert.equal(again.status, success, again.text)
      })
    }
  }
})
