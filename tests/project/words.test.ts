import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { test } from 'node:test'
import { unacceptedWords, unusedExceptions, type Exception, type TextFile } from './words.ts'

const root = resolve(import.meta.dirname, '../..')

const exceptions: Exception[] = [
  { text: 'Math.floor', reason: 'a function of JavaScript' },
  { path: 'src/mail/liquid.ts', text: 'first floor join', reason: 'a filter of Liquid' },
  { path: 'src/contract/attack-protection.ts', text: 'shields', reason: "a member of Auth0's settings" },
  { path: 'src/tenants/attack-protection.ts', text: 'shields', reason: "a member of Auth0's settings" },
  {
    path: 'dashboard/src/attack-protection/reactions.ts',
    text: 'shields',
    reason: "a member of Auth0's settings",
  },
  { path: 'src/contract/problems.ts', text: 'whether somebody else has this address', reason: 'a message of the API' },
  {
    path: 'src/login/find-reset-recipient.ts',
    text: 'The legacy store knows nobody by this identifier.',
    reason: 'a description of log events',
  },
  {
    path: 'src/login/find-reset-recipient.ts',
    text: 'Nobody is known by this identifier.',
    reason: 'a description of log events',
  },
]

const paths = globSync(
  ['{src,bin,tools,sandbox-runtime,bench,demo,docs,examples,dashboard}/**/*.{ts,tsx,cjs,js,jsx,md,svg}', '*.md'],
  {
    cwd: root,
    exclude: ['**/node_modules/**', '**/.next/**', '**/dist/**', 'docs/reference/**'],
  },
).map((path) => path.split(sep).join('/'))

const files: TextFile[] = paths.map((path) => ({ path, text: readFileSync(resolve(root, path), 'utf8') }))

test('names, comments and documentation use no metaphors and no indefinite persons', () => {
  assert.ok(files.length > 200, 'the sources were not found')
  assert.deepEqual(unacceptedWords(files, exceptions), [])
})

test('every exception is in use', () => {
  assert.deepEqual(unusedExceptions(files, exceptions), [])
})

test('the check finds whole words in paths and lines, and accepts the exceptions', () => {
  const file = {
    path: 'src/room-plan.ts',
    text: ['const storey = Math.floor(1)', '// Doors are mended by whoever comes.', 'const shielded = 1'].join('\n'),
  }
  assert.deepEqual(unacceptedWords([file], exceptions), [
    'src/room-plan.ts:0 "room"',
    'src/room-plan.ts:2 "doors"',
    'src/room-plan.ts:2 "mended"',
    'src/room-plan.ts:2 "whoever"',
  ])
  assert.equal(unacceptedWords([file], []).length, 5)
  assert.deepEqual(unusedExceptions([file], exceptions), exceptions.slice(1))
})
