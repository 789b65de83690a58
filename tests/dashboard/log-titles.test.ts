// The titles of log events: one for each type, and one for each operation that is logged, in each language.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { canBeLogged, operations_logged_elsewhere } from '../../src/contract/logged-operations.ts'
import { log_types } from '../../src/contract/log-types.ts'
import { outcomes } from '../../src/contract/outcomes.ts'
import { routes } from '../../src/contract/routes.ts'
import { loadDashboardFile } from '../support/dashboard-source.ts'

type Texts = {
  logs: { types: Record<string, string>; outcomes: Record<string, string> }
  changes: { operations: Record<string, string> }
}
type Event = { type: string; description: string | null; connection: string | null; details: unknown }

const languages = ['en', 'de'] as const
const texts: Record<string, Texts> = {}
let titleOf: (event: Event, texts: Texts) => string

before(async () => {
  for (const language of languages) {
    const [{ logs }, { changes }] = await Promise.all([
      loadDashboardFile<Pick<Texts, 'logs'>>(`messages/${language}/logs.ts`),
      loadDashboardFile<Pick<Texts, 'changes'>>(`messages/${language}/changes.ts`),
    ])
    texts[language] = { logs, changes }
  }
  titleOf = (await loadDashboardFile<{ titleOf: typeof titleOf }>('logs/log-meaning.ts')).titleOf
})

const titles = (event: Partial<Event>): string[] =>
  languages.map((language) =>
    titleOf({ type: 'sapi', description: null, connection: null, details: {}, ...event }, texts[language] as Texts),
  )

test('each operation that is logged has a sentence of its own in each language, and no other operation has one', () => {
  const logged = Object.entries(routes).flatMap(([name, route]) => (canBeLogged(route) ? [name] : []))
  assert.ok(logged.includes('updateConnection') && logged.includes('findPeople') && !logged.includes('getUser'))
  for (const language of languages) {
    const { operations } = (texts[language] as Texts).changes
    assert.deepEqual(Object.keys(operations).toSorted(), [...logged, ...operations_logged_elsewhere].toSorted())
    const sentences = Object.values(operations)
    // Two operations may mean the same: to mail a link is one thing in two places.
    const [shared = []] = Object.values(Object.groupBy(sentences, (sentence) => sentence)).filter(
      (same = []) => same.length > 1,
    )
    assert.deepEqual(shared, [], language)
  }
  const [en, de] = languages.map((language) => (texts[language] as Texts).changes.operations)
  assert.deepEqual(
    Object.keys(en ?? {}).filter((name) => en?.[name] === de?.[name]),
    [],
  )
})

test('each type of events and each outcome has a text in each language', () => {
  for (const language of languages) {
    const { logs } = texts[language] as Texts
    assert.deepEqual(Object.keys(logs.types).toSorted(), Object.keys(log_types).toSorted())
    assert.deepEqual(Object.keys(logs.outcomes).toSorted(), Object.keys(outcomes).toSorted())
  }
})

test('a change is named with what it changed: its name, its connection, or the id in the address', () => {
  const of = (operation: string, details: object = {}, event: Partial<Event> = {}): string[] =>
    titles({ description: 'As the API says', ...event, details: { operation, ...details } })
  assert.deepEqual(of('updateClient', { resource_name: 'Harbour Shop' }), [
    'Changed an application: Harbour Shop',
    'Anwendung geändert: Harbour Shop',
  ])
  assert.deepEqual(of('updateConnectionSettings', {}, { connection: 'customers' }), [
    'Changed the settings of a connection: customers',
    'Einstellungen einer Verbindung geändert: customers',
  ])
  const path = '/t/ten_1/api/v2/users/auth0%7C7/sessions'
  assert.equal(of('deleteUserSessions', { request: { path } })[0], 'Ended all sessions of a user: auth0|7')
  assert.equal(of('deleteUser', { request: { path: '/api/v2/users/%E0%A4%A' } })[0], 'Deleted a user: %E0%A4%A')
  assert.equal(
    of('rotateSigningKey', { request: { path: '/api/v2/keys/signing/rotate' } })[0],
    'Rotated the signing key',
  )
  assert.deepEqual(of('operationOfALaterVersion'), ['As the API says', 'As the API says'])
})

test('a command, a step of the finish, a login with its outcome, and a failure with its reason are named', () => {
  assert.deepEqual(titles({ description: 'Command: users block' }), ['Command: users block', 'Befehl: users block'])
  const finish = (facts: object): string[] =>
    titles({ description: 'Finish: no_op', connection: 'customers', details: { finish: { step: 'no_op', ...facts } } })
  assert.deepEqual(finish({ state: 'done' }), [
    'Finish, step done: Stop asking the legacy store: customers',
    'Abschluss, Schritt erledigt: Das Altsystem nicht mehr fragen: customers',
  ])
  assert.match(finish({ rolled_back: true })[0] ?? '', /^Finish, rolled back from/)
  assert.match(finish({ state: 'exceeded' })[0] ?? '', /^Finish, ended with more/)
  const login = (type: string, outcome: string): string[] =>
    titles({ type, description: 'The answer', details: { migration: { outcome } } })
  assert.deepEqual(login('s', 'moved'), ['Login: moved', 'Anmeldung: umgezogen'])
  assert.deepEqual(login('s', 'success'), ['Login', 'Anmeldung'])
  assert.equal(login('f', 'legacy_unreachable')[0], 'Failed login: legacy store unreachable')
  assert.deepEqual(login('fp', 'wrong_password')[1], 'Fehlgeschlagene Anmeldung: falsches Passwort')
  assert.equal(
    titles({ type: 'fs', description: 'The user already exists.' })[0],
    'Failed sign-up: The user already exists.',
  )
  assert.equal(titles({ type: 'slo', description: 'User successfully logged out' })[1], 'Abmeldung')
  assert.equal(titles({ type: 'later', description: null })[0], 'later')
})
