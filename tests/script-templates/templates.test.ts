import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import {
  listScriptTemplates,
  readScriptTemplate,
  type ScriptTemplate,
  scriptTemplateOptions,
} from '../../src/connections/script-templates.ts'

const folder = join(import.meta.dirname, '../../script-templates')

async function template(id: string): Promise<ScriptTemplate> {
  const found = await readScriptTemplate(id)
  assert.ok(found)
  return found
}

test('the templates are listed by label and read by id', async () => {
  const listed = await listScriptTemplates()
  assert.deepEqual(
    listed.map(({ id }) => id).toSorted(),
    globSync('*/template.json', { cwd: folder }).map(dirname).toSorted(),
  )
  const labels = listed.map(({ label }) => label)
  assert.deepEqual(
    labels,
    labels.toSorted((one, other) => one.localeCompare(other, 'en')),
  )
  for (const summary of listed) {
    const { scripts, check: _check, ...rest } = await template(summary.id)
    assert.deepEqual(rest, summary)
    assert.match(scripts.login, /^function login\(userNameOrEmail, password, callback\) \{/)
    assert.match(scripts.get_user, /^function getUser\(email, callback\) \{/)
  }
  for (const id of ['oracle', '', '../connections', '..', 'mysql/../mysql', 'README.md', '__proto__']) {
    assert.equal(await readScriptTemplate(id), undefined, id)
  }
})

test('both scripts of a template share the same lines for settings, the legacy store and the profile', async () => {
  for (const { id } of await listScriptTemplates()) {
    const { scripts } = await template(id)
    const shared = /\n {2}\/\/ ---- shared by login and get_user.*---- end of the shared part ----\n/s
    const [of_login] = shared.exec(scripts.login) ?? []
    assert.ok(of_login && of_login.length > 1000)
    assert.equal(of_login, shared.exec(scripts.get_user)?.[0])
  }
})

test('a template describes every setting that its scripts read, with its default', async () => {
  for (const { id } of await listScriptTemplates()) {
    const { configuration, scripts } = await template(id)
    const source = scripts.login + scripts.get_user
    const read = [...source.matchAll(/(?:setting|choice|count)\('([A-Z_]+)'/g)].map(([, key]) => key)
    const described = configuration.map(({ key }) => key)
    assert.equal(new Set(described).size, described.length)
    for (const key of read) assert.ok(described.includes(key ?? ''), `${id} reads ${key}`)
    for (const { key, default: usual, values } of configuration) {
      const composed = key.endsWith('_COLUMN') && source.includes(`'${key.slice(0, -7).toLowerCase()}'`)
      assert.ok(read.includes(key) || composed, `${id} does not read ${key}`)
      if (values) assert.equal(values[0], usual, `${id} ${key}`)
    }
  }
})

test('a template fills in the options of a connection, with egress to its legacy store only', async () => {
  const postgresql = await template('postgresql')
  const configuration = { DATABASE_URL: 'postgres://u:p%40@db.example.org/shop?sslmode=require', TABLE: 'customers' }
  assert.deepEqual(scriptTemplateOptions(postgresql, 'shop-users', configuration), {
    enabledDatabaseCustomization: true,
    import_mode: true,
    id_namespace: 'shop-users',
    egress: { mode: 'allow_list', allow: ['db.example.org:5432'] },
    customScripts: postgresql.scripts,
    configuration,
  })
  const cases: [string, Record<string, string>, string][] = [
    ['postgresql', { DATABASE_URL: 'postgres://u@127.0.0.1:6543/x' }, '127.0.0.1:6543'],
    ['postgresql', { DATABASE_URL: 'postgresql://u@[::1]/x' }, '[::1]:5432'],
    ['mysql', { DATABASE_URL: 'mysql://u@db/x' }, 'db:3306'],
    ['json-web-service', { BASE_URL: 'https://legacy.example.org/users', API_KEY: 'k' }, 'legacy.example.org:443'],
    [
      'basic-auth-web-service',
      { BASE_URL: 'http://legacy.example.org', LOOKUP_USER: 'u', LOOKUP_PASSWORD: 'p' },
      'legacy.example.org:80',
    ],
  ]
  for (const [id, settings, address] of cases) {
    assert.deepEqual(scriptTemplateOptions(await template(id), 'c', settings).egress.allow, [address])
  }
})

test('invalid settings are refused by name, without their value', async () => {
  const postgresql = await template('postgresql')
  const DATABASE_URL = 'postgres://u:topsecret@db/x'
  const cases: [Record<string, string>, RegExp][] = [
    [{}, /^DATABASE_URL is required$/],
    [{ DATABASE_URL: '' }, /^DATABASE_URL is required$/],
    [{ DATABASE_URL: 'topsecret' }, /^DATABASE_URL must begin with postgres:\/\/ or postgresql:\/\/$/],
    [{ DATABASE_URL: 'mysql://u:topsecret@db/x' }, /^DATABASE_URL must begin with postgres:\/\/ or postgresql:\/\/$/],
    [{ DATABASE_URL: 'postgres:///x?host=/tmp/topsecret' }, /^DATABASE_URL is not an address with a host$/],
    [{ DATABASE_URL, PASSWORD_HASH: 'rot13' }, /^PASSWORD_HASH must be one of bcrypt, /],
    [{ DATABASE_URL, TABEL: 'users' }, /^TABEL is not a setting of this template \(did you mean TABLE\?\)$/],
    [{ DATABASE_URL, COLLATION: 'x' }, /^COLLATION is not a setting of this template$/],
  ]
  for (const [configuration, message] of cases) {
    assert.throws(
      () => scriptTemplateOptions(postgresql, 'c', configuration),
      (error: Error) => {
        assert.equal(error.name, 'ScriptTemplateSettingError')
        assert.match(error.message, message)
        assert.doesNotMatch(error.message, /topsecret/)
        return true
      },
    )
  }
})
