import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import type { Message } from '../../src/base/message.ts'
import { mail_messages } from '../../src/mail/mail-messages.ts'
import { catalogues } from '../../src/pages/messages/catalogues.ts'
import { plain_look } from '../../src/pages/look.ts'
import { chooseLanguage } from '../../src/tenants/choose-language.ts'
import { en } from '../../src/pages/messages/en.ts'
import { htmlTranslator, translator } from '../../src/pages/translate.ts'

const root = resolve(import.meta.dirname, '../..')

const formsOf = (message: Message): string[] => (typeof message === 'string' ? [message] : Object.values(message))
const placeholdersOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)

test('every language has every text, with the same placeholders in every plural form, and plain text only', () => {
  const sets: Record<string, Record<string, Message>>[] = [catalogues, mail_messages]
  for (const [language, catalogue, english] of sets.flatMap((set) =>
    Object.entries(set).map(([name, texts]) => [name, texts, set['en'] ?? {}] as const),
  )) {
    assert.deepEqual(Object.keys(catalogue), Object.keys(english), `${language}: the same keys in the same order`)
    for (const [key, message] of Object.entries(catalogue)) {
      const wanted = new Set(formsOf(english[key] ?? '').flatMap(placeholdersOf))
      for (const text of formsOf(message)) {
        assert.deepEqual(new Set(placeholdersOf(text)), wanted, `${language}: ${key}`)
        assert.equal(text, text.trim(), `${language}: ${key}`)
        assert.doesNotMatch(text, /[<>]|^$/, `${language}: ${key}`)
      }
    }
  }
})

test('no text is the English one by mistake', () => {
  const shared = new Set(['problem_prefix', 'optional'])
  for (const language of ['es', 'de', 'fr', 'ja'] as const) {
    const same = Object.entries(catalogues[language]).filter(
      ([key, message]) => !shared.has(key) && message === en[key as keyof typeof en],
    )
    assert.deepEqual(same, [], language)
  }
})

test('every text is used', () => {
  const paths = globSync(['src/pages/*.ts', 'templates/pages/*.eta'], { cwd: root })
  const sources = paths.map((path) => readFileSync(resolve(root, path), 'utf8')).join('\n')
  assert.deepEqual(
    Object.keys(en).filter((key) => !sources.includes(`'${key}'`)),
    [],
  )
})

test('the language is the first enabled one of ui_locales, then of Accept-Language, else the first of the tenant', () => {
  const all = ['en', 'es', 'de', 'fr', 'ja']
  const cases: [Parameters<typeof chooseLanguage>[0], string[], string][] = [
    [{}, all, 'en'],
    [{}, ['fr', 'en'], 'fr'],
    [{ ui_locales: 'pt-BR fr-CA en' }, all, 'fr'],
    [{ ui_locales: 'pt-BR fr-CA en', accept_language: 'de' }, ['en', 'de'], 'en'],
    [{ ui_locales: 'pt-BR', accept_language: 'de-AT,de;q=0.9,en;q=0.8' }, all, 'de'],
    [{ accept_language: 'en;q=0.2, ja;q=0.9' }, all, 'ja'],
    [{ accept_language: 'ja;q=0, es;q=0.1' }, all, 'es'],
    [{ accept_language: '*' }, all, 'en'],
    [{ accept_language: 'JA_jp' }, all, 'ja'],
    [{ ui_locales: '__proto__ constructor' }, all, 'en'],
    [{ accept_language: 'fr' }, ['pt-BR', 'de'], 'de'],
    [{ accept_language: 'fr' }, ['pt-BR'], 'en'],
    [{ accept_language: `${'x,'.repeat(100_000)}fr` }, all, 'en'],
  ]
  for (const [wanted, enabled, language] of cases) {
    assert.equal(chooseLanguage(wanted, enabled), language, JSON.stringify([wanted, enabled]).slice(0, 120))
  }
})

test('a count chooses the plural form, values are inserted once, and a missing value is a bug', () => {
  const t = translator(plain_look)
  assert.equal(t('rule_lengthAtLeast', { count: 1 }), 'At least 1 character in length')
  assert.equal(t('rule_lengthAtLeast', { count: 8 }), 'At least 8 characters in length')
  assert.equal(translator({ ...plain_look, language: 'ja' })('rule_lengthAtLeast', { count: 1 }), '1 文字以上')
  assert.equal(
    translator({ ...plain_look, language: 'fr' })('rule_lengthAtLeast', { count: 1 }),
    'Au moins 1 caractère',
  )
  assert.equal(t('login_lead', { client: '{client}$&' }), 'Log in to continue to {client}$&.')
  assert.throws(() => t('login_lead'), /lacks the value of \{client\}/)
  assert.equal(
    htmlTranslator(plain_look)('login_lead', { client: '<b>&' }),
    'Log in to continue to <strong>&#60;b&#62;&#38;</strong>.',
  )
})
