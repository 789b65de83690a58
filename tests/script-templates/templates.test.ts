import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { Script } from 'node:vm'
import {
  generateTemplate,
  listScriptTemplates,
  readScriptTemplate,
  type ScriptTemplate,
} from '../../src/connections/script-templates.ts'
import { templateDriver } from '../../src/connections/template-drivers.ts'

const folder = join(import.meta.dirname, '../../script-templates')

async function template(id: string): Promise<ScriptTemplate> {
  const found = await readScriptTemplate(id)
  assert.ok(found)
  return found
}

test('the templates are listed in the order of their ids and read by id', async () => {
  const listed = await listScriptTemplates()
  assert.deepEqual(
    listed.map(({ id }) => id),
    globSync('*/template.json', { cwd: folder }).map(dirname).toSorted(),
  )
  for (const { id, settings } of listed) {
    const keys = settings.map(({ key }) => key)
    assert.equal(new Set(keys).size, keys.length)
    for (const { key, kind, description, default: usual, values } of settings) {
      assert.match(description, /^[A-Z0-9].*\.$/s, `${id} ${key}`)
      if (kind === 'choice') assert.equal(values?.[0], usual, `${id} ${key}`)
    }
  }
  for (const id of ['no-such', '', '../connections', '..', 'mysql/../mysql', 'README.md', 'parts', '__proto__']) {
    assert.equal(await readScriptTemplate(id), undefined, id)
  }
})

test('a template whose service checks passwords says who cannot move by a login, as its guide does', async () => {
  const guide = readFileSync(new URL('../../docs/guides/script-templates.md', import.meta.url), 'utf8')
  const text = guide.replaceAll(/\s+/g, ' ')
  const said = (await listScriptTemplates()).flatMap(({ id, cannot_move }) =>
    cannot_move ? [{ id, cannot_move }] : [],
  )
  assert.deepEqual(
    said.map(({ id }) => id),
    ['auth0', 'cognito', 'firebase', 'keycloak', 'okta'],
  )
  for (const { id, cannot_move } of said) {
    assert.ok(cannot_move.length > 1, id)
    for (const who of cannot_move) {
      assert.match(who, /^Users .*\.$/, id)
      assert.ok(text.includes(`- ${who}`), `${id}: ${who}`)
    }
    // What the sentence says of the setting holds for this template alone where it has the setting.
    const { settings } = await template(id)
    const has_setting = settings.some(({ key }) => key === 'SECOND_FACTOR')
    assert.equal(
      cannot_move.some((who) => who.includes('SECOND_FACTOR')),
      has_setting,
      id,
    )
  }
})

/** Settings with an answer for each that is required. */
function requiredSettings({ settings, drivers }: ScriptTemplate, driver = drivers[0] ?? ''): Record<string, string> {
  const [scheme] = Object.keys(templateDriver(driver).schemes)
  const required = settings.filter(({ required: is_required }) => is_required === true)
  return Object.fromEntries(
    required.map(({ key, kind }) => [key, kind === 'url' ? `${scheme}://host.example/path` : 'x']),
  )
}

test('each choice of each template generates scripts that are one function, name what they use, and read their configuration', async () => {
  for (const { id } of await listScriptTemplates()) {
    const found = await template(id)
    const choices = found.settings.flatMap(({ key, values = [] }) => values.map((value) => ({ [key]: value })))
    const optional = Object.fromEntries(
      found.settings.filter(({ kind }) => kind === 'column').map(({ key }) => [key, 'col']),
    )
    for (const driver of found.drivers) {
      for (const more of [{}, optional, ...choices]) {
        const { scripts, options } = generateTemplate(
          found,
          'c',
          { ...requiredSettings(found, driver), ...more },
          'legacy',
        )
        for (const [name, source] of Object.entries(scripts)) {
          const title = `${id} ${name} ${JSON.stringify(more)}`
          assert.doesNotMatch(source, /\{\{|\/\/\?|\bsetting\.|undefined\b.*AS/, title)
          assert.doesNotThrow(() => new Script(`(${source})`), title)
          const undeclared = undeclaredCalls(source)
          assert.deepEqual(undeclared, [], title)
        }
        assert.ok(scripts.login !== undefined && scripts.get_user !== undefined)
        const read = Object.values(scripts).join('\n')
        for (const key of Object.keys(options.configuration))
          assert.ok(read.includes(`configuration.${key}`), `${id} ${key}`)
      }
    }
  }
})

test('a login of any template has fewer than 90 lines, whatever the settings', async () => {
  for (const { id } of await listScriptTemplates()) {
    const found = await template(id)
    const kinds = ['column', 'attribute', 'text']
    const all = Object.fromEntries(
      found.settings.filter(({ kind }) => kinds.includes(kind)).map(({ key }) => [key, 'col']),
    )
    for (const driver of found.drivers) {
      const linesWith = (settings: Record<string, string>): number =>
        (generateTemplate(found, 'c', settings).scripts.login ?? '').trimEnd().split('\n').length
      // The answer of each choice that makes the script longest, beside those of the choices before it.
      let longest: Record<string, string> = { ...all, ...requiredSettings(found, driver) }
      for (const { key, values = [] } of found.settings) {
        for (const value of values) {
          const settings = { ...longest, [key]: value }
          if (linesWith(settings) > linesWith(longest)) longest = settings
        }
      }
      assert.ok(linesWith(longest) < 90, `${id} with ${JSON.stringify(longest)}: ${linesWith(longest)} lines`)
    }
  }
})

/** Functions that a source calls by name and does not declare. */
function undeclaredCalls(source: string): string[] {
  const code = source.replace(/\/\/.*$/gm, '').replace(/`[^`]*`|'[^'\n]*'|"[^"\n]*"|\/[^/\n]+\/[a-z]*\.test/g, '')
  const called = [...code.matchAll(/(?<![.\w$])([a-z]\w*)\(/g)].map(([, name = '']) => name)
  const known = new Set(
    [...code.matchAll(/(?:function|const|let) (\w+)|(\w+)(?:, \w+)* \}? ?=|[(,{] ?(\w+)(?=[,)}])/g)].flatMap((match) =>
      match.slice(1),
    ),
  )
  const words = ['if', 'for', 'while', 'catch', 'switch', 'return', 'require', 'function', 'async', 'await']
  return [...new Set(called)].filter((name) => !known.has(name) && !words.includes(name) && !(name in globalThis))
}

test('a template fills in the options of a connection, with egress to its legacy store only', async () => {
  const postgresql = await template('postgresql')
  const DATABASE_URL = 'postgres://u:p%40@db.example.org/shop?sslmode=require'
  const { options, scripts } = generateTemplate(postgresql, 'shop-users', { DATABASE_URL, TABLE: 'customers' })
  const { login, get_user, list_users } = scripts
  assert.deepEqual(options, {
    enabledDatabaseCustomization: true,
    import_mode: true,
    id_namespace: 'shop-users',
    egress: { mode: 'allow_list', allow: ['db.example.org:5432'] },
    customScripts: { login, get_user, list_users },
    configuration: { DATABASE_URL },
  })
  assert.match(login ?? '', /FROM "customers"/)
  const legacy = generateTemplate(postgresql, 'shop-users', { DATABASE_URL }, 'legacy').options
  assert.equal(legacy.import_mode, false)
  assert.deepEqual(Object.keys(legacy.customScripts), [
    'login',
    'get_user',
    'create',
    'change_password',
    'change_email',
    'delete',
    'list_users',
  ])
  const cases: [string, Record<string, string>, string][] = [
    ['postgresql', { DATABASE_URL: 'postgres://u@127.0.0.1:6543/x' }, '127.0.0.1:6543'],
    ['postgresql', { DATABASE_URL: 'postgresql://u@[::1]/x' }, '[::1]:5432'],
    ['postgresql', { DATABASE_URL: 'postgres://u:p@h:80/x' }, 'h:80'],
    ['mysql', { DATABASE_URL: 'mysql://u@db/x' }, 'db:3306'],
    ['laravel', { DATABASE_URL: 'postgres://u@db/x' }, 'db:5432'],
    ['json-web-service', { BASE_URL: 'https://legacy.example.org/users', API_KEY: 'k' }, 'legacy.example.org:443'],
    [
      'basic-auth-web-service',
      { BASE_URL: 'http://legacy.example.org', LOOKUP_USER: 'u', LOOKUP_PASSWORD: 'p' },
      'legacy.example.org:80',
    ],
  ]
  for (const [id, settings, address] of cases) {
    assert.deepEqual(generateTemplate(await template(id), 'c', settings).options.egress.allow, [address])
  }
})

test('a template says what its store does to passwords, which import mode copies to the users who move', async () => {
  const DATABASE_URL = 'mysql://db.example.org/shop'
  const of = async (id: string, more: Record<string, string> = {}, mode: 'import' | 'legacy' = 'import') =>
    generateTemplate(await template(id), 'c', { DATABASE_URL, ...more }, mode).options.password_normalization
  for (const id of ['wordpress', 'drupal', 'phpbb']) assert.deepEqual(await of(id), { trim: true }, id)
  assert.equal(await of('mysql'), undefined)
  const habits = { PASSWORD_TRIM: 'yes', PASSWORD_CASE: 'ignore', PASSWORD_MAX_BYTES: '8' }
  assert.deepEqual(await of('mysql', habits), { trim: true, lower_case: true, max_bytes: 8 })
  assert.deepEqual(await of('mysql', { PASSWORD_CASE: 'ignore' }), { lower_case: true })
  assert.equal(await of('mysql', habits, 'legacy'), undefined)
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
    [{ DATABASE_URL, POOL_MAX: '0' }, /^POOL_MAX must be a whole number from 1 to 50$/],
    [{ DATABASE_URL, TABLE: `users"; drop table users; --` }, /^TABLE is not the name of a table$/],
    [{ DATABASE_URL, TABLE: 'users`' }, /^TABLE is not the name of a table$/],
    [{ DATABASE_URL, TABLE: 'a..b' }, /^TABLE is not the name of a table$/],
    [{ DATABASE_URL, EMAIL_COLUMN: `email' or '1'='1` }, /^EMAIL_COLUMN is not the name of a column$/],
    [{ DATABASE_URL, NAME_COLUMN: '(select password_hash)' }, /^NAME_COLUMN is not the name of a column$/],
    [{ DATABASE_URL, NAME_COLUMN: 'a${b}' }, /^NAME_COLUMN is not the name of a column$/],
    [{ DATABASE_URL, ID_COLUMN: 'id"' }, /^ID_COLUMN is not the name of a column$/],
    [{ DATABASE_URL, TABEL: 'users' }, /^TABEL is not a setting of this template \(did you mean TABLE\?\)$/],
    [{ DATABASE_URL, COLLATION: 'x' }, /^COLLATION is not a setting of this template$/],
  ]
  for (const [configuration, message] of cases) {
    assert.throws(
      () => generateTemplate(postgresql, 'c', configuration),
      (error: Error) => {
        assert.equal(error.name, 'ScriptTemplateSettingError')
        assert.match(error.message, message)
        assert.doesNotMatch(error.message, /topsecret/)
        return true
      },
    )
  }
})
