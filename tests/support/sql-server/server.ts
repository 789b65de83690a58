/**
 * A server that speaks TDS, the protocol of SQL Server, for tests: login, statements with parameters, transactions, errors with their
 * numbers, and TLS. It parses each statement as T-SQL and answers from rows in memory by the values that were bound. A statement that it
 * cannot parse or does not understand is an error. It shows that a driver's requests are valid T-SQL for these tables, and how the
 * driver reads answers; it has no optimizer, locks, triggers or collations of SQL Server's own.
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createSecureContext, createServer as createTlsServer } from 'node:tls'
import { message_kinds, messageReader, startTlsInPackets, toPackets } from './packets.ts'
import type { Session } from './functions.ts'
import { runStatements } from './run-statements.ts'
import {
  createTable,
  describeTables,
  findTable,
  type GivenValue,
  givenType,
  insertRow,
  type Table,
  type Undo,
} from './tables.ts'
import { SqlServerError } from './values.ts'
import * as request from './read-request.ts'
import * as response from './write-response.ts'

/** How connections are encrypted: not at all, in the handshake of TDS 7.4, or with TLS first (TDS 8). */
export type Encryption = 'none' | 'required' | 'strict'

/** A table's definition, and rows by the names of columns. */
export type TableOptions = { columns: Record<string, string>; rows?: Record<string, GivenValue>[] }

/** A running server. */
export type SqlServer = {
  port: number
  /** `sqlserver://user:password@127.0.0.1:port/database`. */
  url: string
  /** Creates a table, `schema.name`, in the place of one of this name; also one that the server describes itself, such as `INFORMATION_SCHEMA.COLUMNS`. */
  createTable(name: string, table: TableOptions): void
  /** The rows of a table, by the names of columns. */
  rows(name: string): Record<string, unknown>[]
  /** All tables with their rows, as one text. */
  snapshot(): string
  /** The statements that clients sent, without those that set options of the session. */
  statements: { sql: string; parameters: unknown[] }[]
  /** The statements that the server did not understand. */
  refused: string[]
  /** The connections that are open. */
  openConnections(): number
  /** How often a client sent a user and a password. */
  logins(): number
  /** How many of these logins said that they only read (`ApplicationIntent=ReadOnly`). */
  readOnlyLogins(): number
  /** What functions say of a session. A test changes it. */
  session: Session & { permissions: Set<string> }
  /** How long the server waits before it answers a statement in which the text occurs. */
  delay(ms: number, text?: string): void
  /** Closes all connections; new ones are accepted. */
  disconnect(): void
  /** Sends this error instead of the answers to the next statements. */
  fail(error: SqlServerError | undefined): void
  stop(): Promise<void>
}

const user = 'legacy'
const password = 'p@ss:wörd/'
const database = 'shop'

/** Starts a server on a loopback port. `tls` is needed where connections are encrypted. */
export async function startSqlServer({
  encryption = 'none',
  tls,
}: { encryption?: Encryption; tls?: { key: string; cert: string } } = {}): Promise<SqlServer> {
  const tables: Table[] = []
  const sockets = new Set<Socket>()
  const state: SessionState = { delay_ms: 0, slow_text: '', failure: undefined, logins: 0, read_only_logins: 0 }
  // Edition 3 is a server, 5 is Azure SQL Database.
  const current = { login: user, permissions: new Set<string>(), edition: 3 }
  const statements: SqlServer['statements'] = []
  const refused: string[] = []
  const secureContext =
    tls && createSecureContext({ ...tls, maxVersion: encryption === 'strict' ? 'TLSv1.3' : 'TLSv1.2' })
  const session = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket)).on('error', () => {})
    openSession(socket, { tables, state, current, statements, refused, encryption, secureContext })
  }
  const server =
    encryption === 'strict'
      ? createTlsServer({ ...tls, ALPNProtocols: ['tds/8.0'] }, session).on('tlsClientError', () => {})
      : createServer(session)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const named = (name: string): Table => findTable(tables, name.split('.')[1] ?? '', name.split('.')[0])
  return {
    port,
    url: `sqlserver://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
    createTable(name, { columns, rows = [] }) {
      const table = createTable(name, columns)
      const same = tables.findIndex((each) => each.schema === table.schema && each.name === table.name)
      tables.splice(same < 0 ? tables.length : same, 1, table)
      for (const row of rows) {
        const values = table.columns.map(({ name: column }, index) => [index, givenType(row[column])] as const)
        const given = values.filter(([index]) => Object.hasOwn(row, table.columns[index]?.name ?? ''))
        insertRow(tables, table, new Map(given), [])
      }
    },
    rows(name) {
      const { columns, rows } = named(name)
      return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column.name, row[index]])))
    },
    snapshot: () =>
      JSON.stringify(
        tables.map(({ name, rows }) => [name, rows]),
        (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
      ),
    statements,
    refused,
    openConnections: () => sockets.size,
    logins: () => state.logins,
    readOnlyLogins: () => state.read_only_logins,
    session: current,
    delay(ms, text = '') {
      state.delay_ms = ms
      state.slow_text = text
    },
    disconnect() {
      for (const socket of sockets) socket.destroy()
    },
    fail(error) {
      state.failure = error
    },
    async stop() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

type SessionState = {
  delay_ms: number
  slow_text: string
  failure: SqlServerError | undefined
  logins: number
  read_only_logins: number
}

type SessionDeps = {
  tables: Table[]
  state: SessionState
  current: Session
  statements: SqlServer['statements']
  refused: string[]
  encryption: Encryption
  secureContext: ReturnType<typeof createSecureContext> | undefined
}

const option_statement = /^\s*set\s+\w+/i

function openSession(socket: Socket, deps: SessionDeps): void {
  let undo: Undo | undefined
  let pending: NodeJS.Timeout | undefined
  let stream: { write(data: Buffer): void; end(): void } = socket
  const answer = (...tokens: Buffer[]): void => stream.write(toPackets(message_kinds.response, Buffer.concat(tokens)))
  const read = messageReader((kind, body) => {
    if (kind === message_kinds.prelogin) prelogin(body)
    else if (kind === message_kinds.login) login(body)
    else if (kind === message_kinds.batch || kind === message_kinds.call) {
      const is_slow = body.includes(Buffer.from(deps.state.slow_text, 'utf16le'))
      pending = setTimeout(() => answer(execute(kind, body)), is_slow ? deps.state.delay_ms : 0)
    } else if (kind === message_kinds.transaction) answer(...changeTransaction(body))
    else if (kind === message_kinds.attention) {
      clearTimeout(pending)
      // The end of the answer that was cancelled, then the acknowledgement.
      answer(response.doneToken('done', { is_error: true }))
      answer(response.doneToken('done', { is_attention: true }))
    }
  })
  let receive = read
  socket.on('data', (data: Buffer) => receive(data))
  socket.once('close', () => {
    clearTimeout(pending)
    rollBack()
  })

  function prelogin(body: Buffer): void {
    const encryption = deps.encryption === 'required' ? 3 : 2
    const options = [
      { id: 0, data: Buffer.from([16, 0, 0, 0, 0, 0]) },
      { id: 1, data: Buffer.from([encryption]) },
      { id: 2, data: Buffer.from([0]) },
      { id: 4, data: Buffer.from([0]) },
    ]
    let at = 5 * options.length + 1
    const heads = options.map(({ id, data }) => {
      const head = Buffer.from([id, 0, 0, 0, data.length])
      head.writeUInt16BE(at, 1)
      at += data.length
      return head
    })
    answer(...heads, Buffer.from([0xff]), ...options.map(({ data }) => data))
    // The client closes the connection where it does not encrypt: its option 1 is 2 then.
    if (deps.encryption !== 'required' || !deps.secureContext || request.clientEncryption(body) === 2) return
    const { tls, receive: receiveTls } = startTlsInPackets(socket, deps.secureContext)
    tls.on('error', () => socket.destroy())
    tls.on('data', (data: Buffer) => read(data))
    receive = receiveTls
    stream = tls
  }

  function login(body: Buffer): void {
    deps.state.logins += 1
    // The bit fReadOnlyIntent of TypeFlags in LOGIN7.
    if (((body[26] ?? 0) & 0x20) !== 0) deps.state.read_only_logins += 1
    const field = (at: number): string => {
      const [offset, length] = [body.readUInt16LE(at), body.readUInt16LE(at + 2)]
      return body.toString('utf16le', offset, offset + 2 * length)
    }
    const [offset, length] = [body.readUInt16LE(44), body.readUInt16LE(46)]
    const scrambled = body.subarray(offset, offset + 2 * length)
    const typed = Buffer.from(scrambled.map((byte) => ((byte ^ 0xa5) << 4) | ((byte ^ 0xa5) >> 4))).toString('utf16le')
    const opened = field(68)
    if (field(40) === user && typed === password && opened === database) {
      answer(response.environmentToken(1, database, 'master'), response.loginToken(), response.doneToken('done'))
      return
    }
    const is_known = field(40) === user && typed === password
    const error = is_known
      ? new SqlServerError(4060, `Cannot open database "${opened}" requested by the login. The login failed.`)
      : new SqlServerError(18_456, `Login failed for user '${field(40)}'.`)
    answer(response.errorToken(error, 14), response.doneToken('done', { is_error: true }))
    stream.end()
  }

  function execute(kind: number, body: Buffer): Buffer {
    const is_call = kind === message_kinds.call
    const end = (is_error: boolean): Buffer[] =>
      is_call
        ? [response.returnStatusToken(), response.doneToken('done_proc', { is_error })]
        : [response.doneToken('done', { is_error })]
    // A statement that fails is undone; the transaction goes on.
    const changes: Undo = []
    try {
      const { sql, parameters } = is_call ? request.readCall(body) : request.readBatch(body)
      if (option_statement.test(sql)) return Buffer.concat(end(false))
      deps.statements.push({ sql, parameters: [...parameters.values()].map(({ value }) => value) })
      if (deps.state.failure) throw deps.state.failure
      // A table of a test goes before the server's own description.
      const visible = [...deps.tables, ...describeTables(database, deps.tables)]
      const results = runStatements(sql, {
        tables: deps.tables,
        visible,
        parameters,
        session: deps.current,
        undo: changes,
      })
      undo?.push(...changes)
      const tokens = results.flatMap(({ columns, rows, count }) => [
        ...(columns ? [response.resultTokens(columns, rows)] : []),
        ...(is_call ? [response.doneToken('done_in_proc', { count })] : []),
      ])
      return Buffer.concat([...tokens, ...end(false)])
    } catch (error) {
      for (const undoOne of changes.toReversed()) undoOne()
      if (!(error instanceof SqlServerError)) throw error
      if (error.number === 50_000 || error.number === 102) deps.refused.push(error.message)
      return Buffer.concat([response.errorToken(error), ...end(true)])
    }
  }

  function rollBack(): void {
    for (const undoOne of (undo ?? []).toReversed()) undoOne()
    undo = undefined
  }

  function changeTransaction(body: Buffer): Buffer[] {
    const reader = new request.Reader(body)
    reader.skipHeaders()
    const [begin, commit, roll_back] = [5, 7, 8]
    const kind = reader.u16()
    const [none, descriptor] = [Buffer.alloc(0), Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])]
    if (kind === begin) {
      undo = []
      return [response.environmentToken(8, descriptor, none), response.doneToken('done')]
    }
    if (undo === undefined || (kind !== commit && kind !== roll_back)) {
      const error = new SqlServerError(3902, 'The request has no corresponding BEGIN TRANSACTION.')
      return [response.errorToken(error), response.doneToken('done', { is_error: true })]
    }
    if (kind === roll_back) rollBack()
    undo = undefined
    return [response.environmentToken(kind === commit ? 9 : 10, none, descriptor), response.doneToken('done')]
  }
}
