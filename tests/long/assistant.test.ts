// The connect assistant on the schemas of every software that has a template for a database, and on schemas that applications made.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { columnsOf, startInspecting } from '../support/inspect.ts'
import { startMariadb, startPostgres, type DatabaseServer } from '../support/servers.ts'
import { sql_templates } from '../script-templates/sql-template-tables.ts'
import { home_made_schemas } from './assistant-schemas.ts'

const start = { PostgreSQL: startPostgres, MariaDB: startMariadb } as const

// What nothing in a schema tells: a template's own test sets it.
const not_told = new Set([
  'PEPPER',
  'BCRYPT_COST',
  'NEW_ID',
  'WEBSITE_ID',
  'VERSION',
  'UNVERIFIED',
  'HASH_ENCODING',
  'SALT_ENCODING',
])

describe('the connect assistant', () => {
  const servers = new Map<string, DatabaseServer>()
  const inspecting = startInspecting()
  before(async () => {
    for (const [name, startServer] of Object.entries(start)) servers.set(name, await startServer())
  })
  after(async () => {
    await inspecting.close()
    for (const server of servers.values()) await server.stop()
  })

  async function inspectTables(name: string, statements: string[], label: string) {
    const server = servers.get(name)
    assert.ok(server)
    const { query, url } = await server.createDatabase(label)
    // The tables of the templates are written for MariaDB's mode of standard quotation marks.
    const written = name === 'MariaDB' ? statements.map((text) => text.replaceAll('"', '`')) : statements
    for (const statement of written) await query(statement)
    return await inspecting.inspect(url)
  }

  for (const { template, variant = '', servers: names, tables, settings = {} } of sql_templates) {
    const is_generic = template === 'postgresql' || template === 'mysql'
    for (const name of names) {
      test(`proposes ${template} ${variant} in ${name}`, async () => {
        const {
          proposal,
          warnings,
          tried: _,
          ...rest
        } = { tried: [], ...(await inspectTables(name, tables, template)) }
        assert.equal(proposal?.template, template, JSON.stringify({ rest, warnings }, null, 1))
        const expected = Object.entries(settings).filter(
          ([key]) => !not_told.has(key) && !(is_generic && key.startsWith('SALT')) && key !== 'PASSWORD_HASH',
        )
        const found = expected.map(([key]) => [key, proposal.settings[key] ?? '(default)'])
        assert.deepEqual(found, expected)
      })
    }
  }

  for (const { title, servers: names, statements, table, columns, settings = {} } of home_made_schemas) {
    for (const name of names) {
      test(`finds the users in ${name}: ${title}`, async () => {
        const found = await inspectTables(name, statements, 'home')
        assert.equal(found.users_table?.table, table, JSON.stringify(found.other_tables))
        assert.deepEqual(columnsOf(found), columns)
        const keys = Object.keys(settings)
        const proposed = found.proposal?.settings ?? {}
        assert.deepEqual(Object.fromEntries(keys.map((key) => [key, proposed[key]])), settings)
      })
    }
  }
})
