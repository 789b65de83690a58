import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { generateTemplate, listScriptTemplates, readScriptTemplate } from '../../src/connections/script-templates.ts'
import { runCommand } from '../support/server-process.ts'
import { tempFolder } from '../support/temp-folder.ts'

const folder = tempFolder('templates')

const wherry = (...args: string[]) => runCommand(args, { cwd: folder })

function settingsFile(text: string): string {
  const file = path.join(folder, 'settings.json')
  writeFileSync(file, text)
  return file
}

test('a template prints a complete connection: scripts, settings, egress to one host, and the client', async () => {
  const settings = { DATABASE_URL: 'postgres://reader:secret@db.example.com/shop', TABLE: 'customers' }
  const file = settingsFile(JSON.stringify(settings))
  const args = [
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
  const { status, stdout, stderr } = await wherry(...args)
  assert.equal(status, 0, stderr)
  const template = await readScriptTemplate('postgresql')
  assert.ok(template)
  const { login, get_user, list_users } = generateTemplate(template, 'shop', settings).scripts
  const one = await wherry(...args, '--script', 'list_users')
  assert.deepEqual([one.status, one.stdout.trim()], [0, list_users?.trim()])
  const legacy = await wherry(...args, '--mode', 'legacy')
  assert.match(legacy.stdout, /"import_mode": false,[^]*"change_password": "function changePassword/)
  assert.match((await wherry(...args, '--mode', 'both')).stderr, /--mode must be import or legacy/)
  assert.match(
    (await wherry(...args, '--script', 'verify')).stderr,
    /has no script "verify" with these settings. It has: login, /,
  )
  assert.deepEqual(JSON.parse(stdout), {
    name: 'shop',
    strategy: 'auth0',
    enabled_clients: ['abc'],
    options: {
      enabledDatabaseCustomization: true,
      import_mode: true,
      id_namespace: 'shop',
      egress: { mode: 'allow_list', allow: ['db.example.com:5432'] },
      customScripts: { login, get_user, list_users },
      configuration: { DATABASE_URL: settings.DATABASE_URL },
    },
  })
})

test('an unusable template or setting is named, and no setting is quoted', async () => {
  const print = async (template: string, text: string) => {
    const file = settingsFile(text)
    return await wherry('templates', 'print', '--template', template, '--name', 'shop', '--settings', file)
  }
  const secret = 'postgres://reader:hush-hush@db/shop'
  for (const [reason, answer] of [
    [/no template "no-such". There are: .*postgresql/, await print('no-such', '{}')],
    [/TABEL is not a setting/, await print('postgresql', JSON.stringify({ DATABASE_URL: secret, TABEL: 'x' }))],
    [/DATABASE_URL is required/, await print('postgresql', '{}')],
    [/it is not JSON/, await print('postgresql', `{"DATABASE_URL": "${secret}"`)],
    [/must hold one JSON object/, await print('postgresql', JSON.stringify([secret]))],
    [
      /TABLE must be a text, a number or a boolean/,
      await print('postgresql', JSON.stringify({ DATABASE_URL: secret, TABLE: {} })),
    ],
  ] as const) {
    assert.equal(answer.status, 1)
    assert.match(answer.stderr, reason)
    assert.doesNotMatch(answer.stderr + answer.stdout, /hush-hush/)
  }
  const missing = await wherry('templates', 'print', '--template', 'mysql', '--name', 'shop', '--settings', 'none.json')
  assert.match(missing.stderr, /none\.json cannot be used: it cannot be read \(ENOENT\)/)
  assert.match((await wherry('templates', 'print')).stderr, /Please give --template/)
})

test('the list names every template with its required settings; of one template, all settings', async () => {
  const { status, stdout } = await wherry('templates', 'list')
  assert.equal(status, 0)
  for (const { id, label } of await listScriptTemplates())
    assert.ok(
      stdout.split('\n').some((line) => line.startsWith(`${id} `) && line.includes(` ${label} `)),
      id,
    )
  assert.match(stdout, /^okta .* BASE_URL, API_TOKEN /m)
  const { stdout: settings } = await wherry('templates', 'list', '--template', 'postgresql')
  assert.match(settings, /^postgresql: /)
  assert.match(settings, /^ {2}DATABASE_URL \(required\)$/m)
  assert.match(settings, /^ {2}TABLE \(default: users\)$/m)
})
