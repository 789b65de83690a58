import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { type OwnDatabaseServer, startMariadb, startOwnPostgres, type DatabaseServer } from '../support/servers.ts'

let postgres: OwnDatabaseServer
let mariadb: DatabaseServer

before(async () => {
  postgres = await startOwnPostgres()
  mariadb = await startMariadb()
})

after(async () => {
  await postgres?.stop()
  await mariadb?.stop()
})

test('PostgreSQL itself counts the statements of a client, and not those of the harness', async () => {
  await postgres.query('create table people (id int, name text)')
  await postgres.query('insert into people values ($1, $2)', [1, 'Ada'])
  assert.equal(await postgres.statementCount(), 0)
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  await client.query('select *\nfrom people')
  await client.query('select name from people where id = $1', [1])
  await client.end()
  assert.deepEqual(await postgres.statements(), ['select *\nfrom people', 'select name from people where id = $1'])
  assert.equal(await postgres.statementCount('where id'), 1)
  assert.equal(await postgres.statementCount(/^insert/i), 0)
})

test('a second PostgreSQL database counts only its own statements', async () => {
  const other = await postgres.createDatabase('other')
  const client = new pg.Client({ connectionString: other.url })
  await client.connect()
  await client.query('select 42')
  await client.end()
  assert.deepEqual(await other.statements(), ['select 42'])
  assert.equal(await postgres.statementCount('select 42'), 0)
})

test('PostgreSQL syncs to disk, refuses a wrong password, and keeps its data when switched off and on', async () => {
  const [row] = await postgres.query<{ fsync: string }>('show fsync')
  assert.equal(row?.fsync, 'on')
  const wrong = new pg.Client({ connectionString: postgres.url.replace(postgres.password, 'wrong') })
  await assert.rejects(wrong.connect(), { code: '28P01' })
  await postgres.query('create table kept (id int)')
  await postgres.switchOff()
  await assert.rejects(new pg.Client({ connectionString: postgres.url }).connect(), { code: 'ECONNREFUSED' })
  await postgres.switchOn()
  assert.deepEqual(await postgres.query('select * from kept'), [])
})

test('MariaDB itself counts the statements of a client, and not those of the harness', async () => {
  await mariadb.query('create table people (id int, name varchar(20))')
  await mariadb.query('insert into people values (?, ?)', [1, 'Ada'])
  assert.equal(await mariadb.statementCount(), 0)
  const client = await mysql.createConnection(mariadb.url)
  await client.query('select * from people')
  await client.execute('select name from people where id = ?', [1])
  await client.end()
  assert.deepEqual(await mariadb.statements(), ['select * from people', 'select name from people where id = 1'])
  const other = await mariadb.createDatabase('other')
  assert.equal(await other.statementCount(), 0)
})
