// What the dashboard says at a field about a text that the server refused, in each language.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { meaningOfPattern, patterns } from '../../src/contract/patterns.ts'
import { management_problems } from '../../src/contract/management-problems.ts'
import { routes } from '../../src/contract/routes.ts'
import { Refusal } from '../../src/contract/refusal.ts'
import type { Route } from '../../src/contract/route.ts'
import { checkPasswordPolicy } from '../../src/login/password-policy.ts'
import { inputCheck } from '../../src/management/input-check.ts'
import { loadDashboardFile } from '../support/dashboard-source.ts'

type Texts = { pattern(name: string, meaning: string): string; problem(code: string, message: string): string }
type Problem = { refused?: { property: string; text: string } }

const languages = ['en', 'de'] as const
const texts: Record<string, Texts> = {}
let refusalText: (refused: Problem['refused'], texts: Texts | undefined) => string
let problemOf: (response: Response) => Promise<Problem>

before(async () => {
  for (const language of languages)
    texts[language] = (await loadDashboardFile<{ refusals: Texts }>(`messages/${language}/refusals.ts`)).refusals
  refusalText = (await loadDashboardFile<{ refusalText: typeof refusalText }>('ui/refusal-text.ts')).refusalText
  problemOf = (await loadDashboardFile<{ problemOf: typeof problemOf }>('client/problem-error.ts')).problemOf
})

/** The patterns of a schema and of all that it consists of. */
function patternsIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([name, value]) =>
    name === 'pattern' && typeof value === 'string' ? [value] : patternsIn(value),
  )
}

/** What the fields say in each language about a refusal, after it was an answer. */
async function said(refuse: () => void): Promise<string[]> {
  try {
    refuse()
  } catch (error) {
    assert.ok(error instanceof Refusal)
    const { status } = error.problem
    const body = { statusCode: status, message: error.message, ...error.details.body }
    const { refused } = await problemOf(Response.json(body, { status }))
    assert.ok(refused, error.message)
    return languages.map((language) => refusalText(refused, texts[language]))
  }
  return []
}

const saidOf = async (route: Route, body: unknown): Promise<string[]> => {
  const check = inputCheck('body', route.body as Parameters<typeof inputCheck>[1])
  return await said(() => check(body))
}

test('each pattern of a request says what it asks for, in each language', () => {
  const used = new Set(
    Object.values(routes as Record<string, Route>).flatMap(({ params, query, body, form }) =>
      patternsIn([params, query, body, form]),
    ),
  )
  assert.ok(used.size > 20, String(used.size))
  assert.deepEqual(
    [...used].filter((pattern) => meaningOfPattern(pattern) === undefined),
    [],
  )
  // None is left over from a schema that has gone.
  assert.deepEqual(
    Object.values(patterns).flatMap(({ pattern }) => (used.has(pattern) ? [] : [pattern])),
    [],
  )
  const meanings = Object.values(patterns).map(({ meaning }) => meaning)
  assert.equal(new Set(meanings).size, meanings.length)
  for (const [name, { meaning }] of Object.entries(patterns)) {
    assert.equal(refusalText({ property: 'x', text: meaning }, texts['en']), meaning)
    const german = refusalText({ property: 'x', text: meaning }, texts['de'])
    assert.notEqual(german, meaning, name)
  }
})

test('the field of a phone number, a sender and an address says the rule instead of the pattern', async () => {
  const [english, german] = await saidOf(routes.createUser, { connection: 'people', phone_number: '030 123' })
  assert.equal(english, 'A phone number begins with + and the country code, and has digits only: +4930123456')
  assert.match(german ?? '', /^Eine Telefonnummer beginnt mit \+/)
  const sender = { name: 'smtp', credentials: { smtp_host: 'mail.example.com' }, default_from_address: 'Acme' }
  assert.match(
    (await saidOf(routes.createEmailProvider, sender))[1] ?? '',
    /^Eine E-Mail-Adresse, oder ein Name und eine/,
  )
  for (const picture of ['harbour.example', 'https://[bad/'])
    assert.match((await saidOf(routes.updateUser, { picture }))[1] ?? '', /^Eine Adresse beginnt mit http/)
})

test('lengths, numbers and the rules of a password are said in the language of the dashboard', async () => {
  assert.deepEqual(await saidOf(routes.updateUser, { name: '' }), ['Fill this field in', 'Füllen Sie dieses Feld aus'])
  assert.deepEqual(await saidOf(routes.updateUser, { nickname: 'x'.repeat(301) }), [
    'At most 300 characters',
    'Höchstens 300 Zeichen',
  ])
  assert.deepEqual(await saidOf(routes.updateBruteForceProtection, { max_attempts: 0 }), ['At least 1', 'Mindestens 1'])
  const weak = async (passwordPolicy: 'fair' | 'good' | 'excellent', password: string): Promise<string[]> =>
    await said(() => checkPasswordPolicy({ passwordPolicy }, password))
  assert.deepEqual(await weak('good', 'abc'), [
    'The password is too weak. It needs: at least 8 characters; characters of 3 kinds (missing so far: capital letters, digits, special characters such as ! or #)',
    'Das Passwort ist zu schwach. Es braucht: mindestens 8 Zeichen; Zeichen aus 3 Arten (bisher fehlen: Großbuchstaben, Ziffern, Sonderzeichen wie ! oder #)',
  ])
  assert.equal((await weak('fair', 'abcdefgh'))[0], 'The password is too weak. It needs: capital letters, digits')
  assert.match((await weak('excellent', 'Abcdefgh111'))[1] ?? '', /höchstens 2 gleiche Zeichen nacheinander$/)
})

test('each problem of the Management API is said in German, and what the server adds to one follows', () => {
  const messages = Object.values(management_problems).map(({ message }) => message)
  assert.equal(new Set(messages).size, messages.length, 'a problem is known by its message')
  for (const [name, { errorCode = '', message }] of Object.entries(management_problems)) {
    assert.equal(texts['en']?.problem(errorCode, message), message)
    assert.notEqual(texts['de']?.problem(errorCode, message), message, name)
  }
  const reason = 'The decision keep cannot be made: it has moved.'
  assert.equal(texts['de']?.problem('decision_refused', reason), `Diese Entscheidung ist nicht möglich. (${reason})`)
  // Many problems have this code: which one it is remains open.
  assert.equal(texts['de']?.problem('invalid_body', 'The connection is disabled.'), 'The connection is disabled.')
})

test('what this dashboard has no text for is said as the server says it', async () => {
  assert.equal((await saidOf(routes.updateUser, { blocked: 'yes' }))[1], 'Expected type boolean but found type string')
})
