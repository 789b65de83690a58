// The connect assistant on the protocol server of SQL Server: its statements are T-SQL, and what it makes of the answers.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import {
  coreTables,
  identity_2_tables,
  membershipTables,
  published,
  simple_tables,
  universalTables,
} from '../script-templates/sql-server-tables.ts'
import { openSqlServer } from '../script-templates/sql-server-template-cases.ts'
import { columnsOf, countsOf, startInspecting, type InspectOptions } from '../support/inspect.ts'
import type { TableOptions } from '../support/sql-server/server.ts'
import { counts, rows } from './assistant-rows.ts'

const names = ['KundenNr', 'Email', 'Anmeldename', 'Kennwort', 'Gesperrt', 'TOTP_Geheimnis'] as const
const home_made: Record<string, TableOptions> = {
  'dbo.Kunden': {
    columns: {
      ...Object.fromEntries(names.map((name) => [name, 'nvarchar(300)'])),
      Vorname: 'nvarchar(40)',
      ErstelltAm: 'datetime2',
    },
    rows: rows.map((row) => Object.fromEntries(row.map((value, at) => [names[at] ?? '', value]))),
  },
  'dbo.Bestellungen': { columns: { Id: 'int identity primary key', KundenNr: 'nvarchar(300)' } },
}

describe('the connect assistant on SQL Server', () => {
  const inspecting = startInspecting()
  after(() => inspecting.close())

  async function inspect(tables: Record<string, TableOptions>, options: InspectOptions = {}) {
    const server = await openSqlServer(tables)
    try {
      const found = await inspecting.inspect(`${server.url}?encrypt=false`, options)
      return { found, server }
    } finally {
      await server.stop()
    }
  }

  test('counts each property that is a problem when users move, and reads only', async () => {
    const { found, server } = await inspect(home_made)
    assert.deepEqual(server.refused, [])
    // With its collations SQL Server searches for blanks, not for control characters.
    assert.deepEqual(countsOf(found), counts)
    assert.deepEqual([found.server_version, found.users_table?.table], ['SQL Server 16.0.1000.6', 'Kunden'])
    assert.deepEqual(columnsOf(found), {
      id: 'KundenNr',
      email: 'Email',
      username: 'Anmeldename',
      password: 'Kennwort',
      blocked: 'Gesperrt',
      given_name: 'Vorname',
      created_at: 'ErstelltAm',
    })
    assert.equal(found.proposal?.template, 'sql-server')
    assert.ok(server.statements.length > 15)
    assert.deepEqual(
      server.statements.filter(({ sql }) => !/^SELECT\b/.test(sql)),
      [],
    )
    assert.ok(server.logins() > 0)
    assert.equal(server.readOnlyLogins(), server.logins())
  })

  const known: [template: string, tables: Record<string, TableOptions>, columns: Record<string, string>][] = [
    ['aspnet-identity-core', coreTables(published.identity.sha256), { id: 'Id', password: 'PasswordHash' }],
    ['aspnet-identity', identity_2_tables, { id: 'Id', email: 'Email', username: 'UserName' }],
    ['aspnet-membership', membershipTables(published.sha1), { id: 'UserId', salt: 'PasswordSalt' }],
    ['aspnet-universal-providers', universalTables(published.universal), { id: 'UserId', blocked: 'IsLockedOut' }],
    ['aspnet-simple-membership', simple_tables, { id: 'UserId', username: 'UserName' }],
  ]
  for (const [template, tables, columns] of known) {
    test(`recognises the tables of ${template}`, async () => {
      const { found, server } = await inspect(tables)
      assert.deepEqual(server.refused, [])
      assert.equal(found.proposal?.template, template, JSON.stringify(found.warnings))
      const chosen = columnsOf(found)
      assert.deepEqual(Object.fromEntries(Object.keys(columns).map((role) => [role, chosen[role]])), columns)
      assert.deepEqual(
        found.counts.filter(({ value }) => value === null),
        [],
      )
    })
  }
})
