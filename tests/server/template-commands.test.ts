import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { tempFolder } from '../support/temp-folder.ts'

const main = path.resolve(import.meta.dirname, '../../bin/wherry.cjs')
const folder = tempFolder('templates')

function wherry(...args: string[]): Promise<{ status: number; output: string; errors: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { cwd: folder }, (error, output, errors) =>
      resolve({ status: error === null ? 0 : Number(error.code), output, errors }),
    )
  })
}

function settingsFile(text: string): string {
  const file = path.join(folder, 'settings.json')
  writeFileSync(file, text)
  return file
}

test('a template prints a whole connection: its scripts, its settings, one host to reach, and the client', async () => {
  const settings = { DATABASE_URL: 'postgres://reader:secret@db.example.com/shop', TABLE: 'customers' }
  const file = settingsFile(JSON.stringify(settings))
  const words = [
    'templates',
    'print',
    '--template',
    'postgresql',
    '--name',
    'shop',
    '--settings',
    file,
    '--client',
    'abc',
  ]
  const { status, output, errors } = await wherry(...words)
  assert.equal(status, 0, errors)
  const source = (script: string) =>
    readFileSync(path.resolve(import.meta.dirname, `../../script-templates/postgresql/${script}.js`), 'utf8')
  assert.deepEqual(JSON.parse(output), {
    name: 'shop',
    strategy: 'auth0',
    enabled_clients: ['abc'],
    options: {
      enabledDatabaseCustomization: true,
      import_mode: true,
      id_namespace: 'shop',
      egress: { mode: 'allow_list', allow: ['db.example.com:5432'] },
      customScripts: { login: source('login'), get_user: source('get_user') },
      configuration: settings,
    },
  })
})

test('what cannot be used is named, and no settings are quoted', async () => {
  const print = async (template: string, text: string) => {
    const file = settingsFile(text)
    return await wherry('templates', 'print', '--template', template, '--name', 'shop', '--settings', file)
  }
  const secret = 'postgres://reader:hush-hush@db/shop'
  for (const [said, answer] of [
    [/no template "oracle". There are: .*postgresql/, await print('oracle', '{}')],
    [/TABEL is not a setting/, await print('postgresql', JSON.stringify({ DATABASE_URL: secret, TABEL: 'x' }))],
    [/DATABASE_URL is required/, await print('postgresql', '{}')],
    [/it is no JSON/, await print('postgresql', `{"DATABASE_URL": "${secret}"`)],
    [/must hold one JSON object/, await print('postgresql', JSON.stringify([secret]))],
    [/TABLE must be a text/, await print('postgresql', JSON.stringify({ DATABASE_URL: secret, TABLE: 7 }))],
  ] as const) {
    assert.equal(answer.status, 1)
    assert.match(answer.errors, said)
    assert.doesNotMatch(answer.errors + answer.output, /hush-hush/)
  }
  const missing = await wherry('templates', 'print', '--template', 'mysql', '--name', 'shop', '--settings', 'none.json')
  assert.match(missing.errors, /none\.json cannot be used: it cannot be read/)
  assert.match((await wherry('templates', 'print')).errors, /Please give --template/)
})

test('the list names every template and marks what is required', async () => {
  const { status, output } = await wherry('templates', 'list')
  assert.equal(status, 0)
  for (const id of ['postgresql', 'mysql', 'json-web-service', 'basic-auth-web-service']) {
    assert.match(output, new RegExp(`^${id}: `, 'm'))
  }
  assert.match(output, /^ {4}DATABASE_URL \(required\)$/m)
})
