/** The drivers of SQL Server in scripts, on a server that speaks their protocol: what its answers prove elsewhere depends on this. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import type { JsonValue } from '../../src/base/json.ts'
import { makeDevCert } from '../../src/server/dev-cert.ts'
import { type Encryption, type SqlServer, startSqlServer } from '../support/sql-server/server.ts'
import { removeTempFolder, tempFolder } from '../support/temp-folder.ts'
import { waitUntil } from '../support/wait-until.ts'
import { openTestRuntime } from './test-runtime.ts'

const runtime = openTestRuntime()
const folder = tempFolder('sql-server')
let certificate: { key: string; cert: string }
let ca: string

before(async () => {
  const made = await makeDevCert({ folder })
  certificate = { key: readFileSync(made.key_file, 'utf8'), cert: readFileSync(made.cert_file, 'utf8') }
  ca = readFileSync(made.ca_file, 'utf8')
})
after(() => removeTempFolder(folder))

const login = { user: 'legacy', password: 'p@ss:wörd/', database: 'shop' }
const egressTo = ({ port }: SqlServer) => ({
  mode: 'open' as const,
  allow: [`localhost:${port}`, `127.0.0.1:${port}`],
  private_networks: true,
})

/** Runs statements with values: each answers its rows, how many rows it changed, or the number of its error. */
const script = `(config, statements, cb) => {
  const sql = require('mssql')
  const run = async () => {
    const pool = await new sql.ConnectionPool({ pool: { max: 2 }, ...config }).connect()
    const answers = []
    let transaction
    for (const [text, values = []] of statements) {
      if (text === 'begin') await (transaction = pool.transaction()).begin()
      else if (text === 'commit' || text === 'rollback') {
        await transaction[text]()
        transaction = undefined
      } else {
        const request = (transaction ?? pool).request()
        values.forEach((value, index) => request.input('p' + (index + 1), value))
        answers.push(await request.query(text).then(
          ({ recordset, rowsAffected }) => recordset ?? rowsAffected[0],
          (error) => error.number,
        ))
      }
    }
    await pool.close()
    return answers
  }
  run().then((answers) => cb(null, answers), (error) => cb(null, { code: error.code, message: error.message }))
}`

type Sent = [sql: string, values?: JsonValue[]]

function run(server: SqlServer, statements: Sent[], config: Record<string, JsonValue> = {}): Promise<unknown> {
  const given = { server: '127.0.0.1', port: server.port, ...login, options: { encrypt: false }, ...config }
  return runtime.value(script, {
    args: [given, statements as JsonValue],
    egress: egressTo(server),
    unit: String(server.port),
  })
}

const encrypted: Record<Encryption, Record<string, JsonValue>> = {
  none: { encrypt: false },
  required: { encrypt: true },
  strict: { encrypt: 'strict' },
}

for (const encryption of ['none', 'required', 'strict'] as const) {
  test(`mssql reads and writes rows by the values that it binds; encryption: ${encryption}`, async () => {
    const server = await startSqlServer({ encryption, tls: certificate })
    try {
      server.createTable('dbo.Users', {
        columns: { Id: 'int identity primary key', Email: 'nvarchar(200) unique', Active: 'bit not null default 1' },
        rows: [{ Email: 'Ada@Example.org' }],
      })
      const statements: Sent[] = [
        ['SELECT * FROM dbo.Users WHERE Email = @p1', ['ada@example.ORG']],
        ['INSERT INTO Users (Email) VALUES (@p1)', [`o'b`]],
        ['SELECT Id FROM Users WHERE Id > @p1 ORDER BY Id OFFSET 0 ROWS FETCH NEXT 5 ROWS ONLY', [1]],
      ]
      const options = { ...encrypted[encryption], cryptoCredentialsDetails: { ca } }
      assert.deepEqual(await run(server, statements, { server: 'localhost', options }), [
        [{ Id: 1, Email: 'Ada@Example.org', Active: true }],
        1,
        [{ Id: 2 }],
      ])
      const refused =
        encryption === 'none' ? { password: 'x' } : { server: 'localhost', options: encrypted[encryption] }
      const { code } = (await run(server, [], refused)) as { code: string }
      assert.equal(code, encryption === 'none' ? 'ELOGIN' : 'ESOCKET')
    } finally {
      await server.stop()
    }
  })
}

describe('statements', () => {
  let server: SqlServer
  before(async () => {
    server = await startSqlServer()
    server.createTable('dbo.Parents', {
      columns: { Id: 'uniqueidentifier primary key', Name: 'nchar(6) not null unique' },
    })
    server.createTable('dbo.Children', {
      columns: {
        Id: 'bigint primary key',
        ParentId: 'uniqueidentifier references dbo.Parents(Id)',
        Text: 'varchar(5)',
        Bytes: 'varbinary(max)',
        At: 'datetimeoffset',
        Local: 'datetime',
        Ratio: 'float',
      },
    })
  })
  after(() => server.stop())
  const id = '0B5E3A6C-1D2F-4E5A-8B7C-9D0E1F2A3B4C'

  test('values of every type arrive and return', async () => {
    const at = '2020-02-03T04:05:06.007Z'
    const answers = await run(server, [
      ['INSERT INTO Parents (Id, Name) VALUES (@p1, @p2)', [id, 'Ada']],
      [
        `INSERT INTO Children (Id, ParentId, [Text], At, [Local], Ratio) VALUES (@p1, @p2, @p3, @p4, @p5, @p6)`,
        ['9007199254740993', id.toLowerCase(), 'äß密', at, '2020-02-03T04:05:06.000Z', 1.5],
      ],
      ['SELECT Id, Name FROM Parents WHERE Name = @p1', ['ADA ']],
      ['SELECT * FROM Children WHERE ParentId = @p1', [`${id} and more`]],
      [
        `SELECT COALESCE(Bytes, NULL) AS Bytes, LOWER('ÄB') AS Lower FROM Children WHERE At > @p1`,
        [at.replace('.007', '')],
      ],
    ])
    const child = { Id: '9007199254740993', ParentId: id, Text: 'äß?', Bytes: null, At: at, Ratio: 1.5 }
    assert.deepEqual(answers, [
      1,
      1,
      [{ Id: id, Name: 'Ada   ' }],
      [{ ...child, Local: '2020-02-03T04:05:06.000Z' }],
      [{ Bytes: null, Lower: 'äb' }],
    ])
  })

  test('constraints, conversions and names are refused with the numbers of SQL Server', async () => {
    const statements: [Sent, number][] = [
      [['INSERT INTO Parents (Id, Name) VALUES (@p1, @p2)', [id, 'Eve']], 2627],
      [['INSERT INTO Parents (Id) VALUES (@p1)', [id]], 515],
      [['DELETE FROM Parents'], 547],
      [['INSERT INTO Children (Id, ParentId) VALUES (2, @p1)', [id.replace('0', '1')]], 547],
      [['UPDATE Children SET [Text] = @p1', ['longer']], 2628],
      [['SELECT Id FROM Children WHERE Id = @p1', ['x']], 245],
      [['SELECT Id FROM Parents WHERE Id = @p1', ['x']], 8169],
      [['SELECT Id FROM Nobody'], 208],
      [['SELECT Nothing FROM Parents'], 207],
      [['SELECT @p2 AS x', [1]], 137],
      [['SELECT FROM Parents'], 102],
    ]
    assert.deepEqual(
      await run(
        server,
        statements.map(([sent]) => sent),
      ),
      statements.map(([, number]) => number),
    )
  })

  test('what is no T-SQL, or is not understood, is an error and is recorded', async () => {
    const before_count = server.refused.length
    const texts = [
      'SELECT Id FROM Parents LIMIT 1',
      'SELECT `Id` FROM Parents',
      `SELECT 'a\\' AS x`,
      'SELECT SOUNDEX(Name) FROM Parents',
    ]
    assert.deepEqual(
      await run(
        server,
        texts.map((text): Sent => [text]),
      ),
      [50_000, 50_000, 50_000, 50_000],
    )
    assert.equal(server.refused.length - before_count, texts.length)
  })

  test('a value in the text of a statement is executed, a bound one is not', async () => {
    server.createTable('dbo.Victims', { columns: { Id: 'int' }, rows: [{ Id: 1 }] })
    const injection = `' OR 1=1; DROP TABLE Victims; --`
    assert.deepEqual(await run(server, [['SELECT Id FROM Victims WHERE @p1 = @p2', [injection, '']]]), [[]])
    assert.equal(server.rows('dbo.Victims').length, 1)
    await run(server, [[`SELECT Id FROM Victims WHERE '' = '${injection}'`]])
    assert.throws(() => server.rows('dbo.Victims'), /Invalid object name/)
  })

  test('a transaction is undone by its end, and a failed statement by itself', async () => {
    const insert = (name: string, key: string): Sent => [
      'INSERT INTO Parents (Id, Name) VALUES (@p1, @p2)',
      [key, name],
    ]
    const other = id.replace('0B', '1B')
    const names = (): unknown[] => server.rows('dbo.Parents').map(({ Name }) => String(Name).trim())
    await run(server, [['begin'], insert('Bob', other), ['DELETE FROM Children'], ['rollback']])
    assert.deepEqual(names(), ['Ada'])
    assert.equal(server.rows('dbo.Children').length, 1)
    assert.deepEqual(await run(server, [['begin'], insert('Bob', other), insert('Bob', other), ['commit']]), [1, 2627])
    assert.deepEqual(names(), ['Ada', 'Bob'])
  })

  test('joins, groups, unions and the description of the tables', async () => {
    const answers = await run(server, [
      ['SELECT p.Name, c.Id FROM Parents p LEFT JOIN Children c ON c.ParentId = p.Id WHERE c.Id IS NULL'],
      ['SELECT n FROM (SELECT count(*) AS n FROM Parents GROUP BY len(Name) HAVING count(*) > 1) AS d'],
      [
        `SELECT Name FROM Parents WHERE Name = 'ada' UNION SELECT Name FROM Parents WHERE Name = @p1 ORDER BY 1`,
        ['ADA'],
      ],
      ['SELECT COLUMN_NAME, DATA_TYPE FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = @p1 ORDER BY 1', ['Parents']],
    ])
    assert.deepEqual(answers, [
      [{ Name: 'Bob   ', Id: null }],
      [{ n: 2 }],
      [{ Name: 'Ada   ' }],
      [
        { COLUMN_NAME: 'Id', DATA_TYPE: 'uniqueidentifier' },
        { COLUMN_NAME: 'Name', DATA_TYPE: 'nchar' },
      ],
    ])
  })

  test('a statement that takes too long is cancelled, and the connection goes on', async () => {
    server.delay(2000, 'Children')
    const sent: Sent[] = [['SELECT Id FROM Children'], ['SELECT Name FROM Parents WHERE Name = @p1', ['Ada']]]
    const answers = await run(server, sent, { requestTimeout: 300, pool: { max: 1 } })
    assert.deepEqual(answers, ['ETIMEOUT', [{ Name: 'Ada   ' }]])
    await waitUntil(() => server.openConnections() === 0)
    server.delay(0)
  })
})

test('tedious alone, as old scripts use it, reads rows', async () => {
  const server = await startSqlServer()
  server.createTable('dbo.Users', { columns: { Id: 'int', Name: 'nvarchar(20)' }, rows: [{ Id: 7, Name: 'Ada' }] })
  const source = `(port, cb) => {
    const { Connection, Request, TYPES } = require('tedious@1.11.0')
    const connection = new Connection({ server: '127.0.0.1', userName: 'legacy', password: 'p@ss:wörd/', options: { port, database: 'shop' } })
    const rows = []
    connection.on('connect', (error) => {
      if (error) return cb(error)
      const request = new Request('SELECT Name FROM Users WHERE Id = @Id', (failed) => cb(failed, rows))
      request.addParameter('Id', TYPES.Int, 7)
      request.on('row', (columns) => rows.push(columns[0].value))
      connection.execSql(request)
    })
  }`
  try {
    assert.deepEqual(await runtime.value(source, { args: [server.port], egress: egressTo(server), unit: 'old' }), [
      'Ada',
    ])
  } finally {
    await server.stop()
  }
})
