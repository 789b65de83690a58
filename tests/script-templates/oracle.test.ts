// The template of Oracle as far as it can be tested without an Oracle database: the form of its statements, and outages with the real driver.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import sql_parser from 'node-sql-parser'
import { generateTemplate, readScriptTemplate } from '../../src/connections/script-templates.ts'
import { freePort } from '../support/free-port.ts'
import { type ScriptSandbox, startScriptSandbox } from './script-caller.ts'

const DATABASE_URL = 'oracles://legacy:secret@db.example.org/shop'
const columns = {
  USERNAME_COLUMN: 'LOGIN',
  EMAIL_VERIFIED_COLUMN: 'VERIFIED',
  NAME_COLUMN: 'FULL_NAME',
  BLOCKED_COLUMN: 'BLOCKED',
  SALT_COLUMN: 'SALT',
  CREATED_AT_COLUMN: 'CREATED_AT',
}

let sandbox: ScriptSandbox
before(() => {
  sandbox = startScriptSandbox()
})
after(() => sandbox.close())

test('each statement is SQL with the row limit of Oracle, quoted names in capitals, and parameters only', async () => {
  const template = await readScriptTemplate('oracle')
  assert.ok(template)
  const parser = new sql_parser.Parser()
  for (const settings of [{}, columns, { ...columns, NEW_ID: 'uuid', IDENTIFIER_MATCH: 'collation' }]) {
    const { scripts, check, options } = generateTemplate(template, 'shop', { DATABASE_URL, ...settings }, 'legacy')
    assert.deepEqual(options.egress.allow, ['db.example.org:2484'])
    let statements = 0
    for (const [name, source] of Object.entries({ ...scripts, check: check ?? '' })) {
      const [, selection = ''] = /const selection = `([^`]*)`/.exec(source) ?? []
      const columns_of_id = /const id_column = `([^`]*)`/.exec(source)?.[1] ?? ''
      for (const [, text = ''] of source.matchAll(/`(\s*(?:SELECT|INSERT|UPDATE|DELETE|\$\{selection\})[^`]*)`/g)) {
        const sql = text.replaceAll('${selection}', selection).replaceAll('${id_column}', columns_of_id)
        // The grammar of Db2 has the row limit of the SQL standard that Oracle has, too.
        assert.doesNotThrow(() => parser.astify(sql.replaceAll('?', ':p'), { database: 'DB2' }), `${name}: ${sql}`)
        assert.doesNotMatch(sql, /LIMIT|\$\{|'/, name)
        for (const [, quoted = ''] of sql.matchAll(/"([^"]+)"/g)) assert.equal(quoted, quoted.toUpperCase())
        if (/^\s*SELECT(?! count)/.test(sql) && sql !== selection) assert.match(sql, /FETCH NEXT \d+ ROWS ONLY$/)
        statements += 1
      }
    }
    assert.ok(statements >= 8, `${statements} statements`)
  }
})

test('a server that refuses, closes or does not answer is an outage, before the deadline', async () => {
  const outcomeAt = async (port: number): Promise<string | undefined> => {
    const scripts = await sandbox.connect('oracle', { DATABASE_URL: `oracle://legacy:secret@127.0.0.1:${port}/shop` })
    const [login, found] = [await scripts.login('ada@example.org', 'x'), await scripts.getUser('ada@example.org')]
    assert.equal(login.error?.outcome, found.error?.outcome, JSON.stringify([login, found]))
    assert.doesNotMatch(JSON.stringify([login, found]), /secret/)
    return login.error?.outcome
  }
  assert.equal(await outcomeAt(await freePort()), 'legacy_unreachable')

  const sockets = new Set<Socket>()
  let onConnection = (socket: Socket): void => void socket.destroy()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    assert.equal(await outcomeAt(port), 'legacy_unreachable')
    onConnection = (socket) => void socket.once('data', () => socket.end())
    assert.equal(await outcomeAt(port), 'legacy_unreachable')
    onConnection = () => {}
    assert.equal(await outcomeAt(port), 'legacy_timeout')
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
})

test('an address without a service, and a certificate authority, are refused with what to do', async () => {
  const messageOf = async (settings: string): Promise<string> => {
    const source = `(id, callback) => {
      require('legacy-store').database(${settings}).query('SELECT 1 FROM dual').then((rows) => callback(null, rows), callback)
    }`
    const scripts = await sandbox.connect({ get_user: source }, { DATABASE_URL })
    return (await scripts.getUser('ada')).error?.message ?? ''
  }
  assert.match(await messageOf(`'oracle://u:p@127.0.0.1'`), /must end with the name of a service/)
  assert.match(await messageOf(`'oracles://u:p@127.0.0.1/shop', { ca: 'PEM' }`), /certificate of a public authority/)
})
