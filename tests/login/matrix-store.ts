// A legacy store in a real PostgreSQL with all nine scripts. Each call of a script is a row of `calls`, written by the script itself, and a
// row of `answers` replaces what the script does.
import type { JsonObject } from '../../src/base/json.ts'
import type { EventScript } from '../../src/contract/action-scripts.ts'
import { startOwnPostgres } from '../support/postgres.ts'
import type { OwnDatabaseServer } from '../support/test-database.ts'

/** What a script does instead of its work: the forms in which it may call back, and the kinds of errors. */
export const answers = {
  nothing: 'callback()',
  null: 'callback(null)',
  true: 'callback(null, true)',
  false: 'callback(null, false)',
  zero: 'callback(null, 0)',
  one: 'callback(null, 1)',
  object: 'callback(null, {})',
  twice: '(callback(null, true), callback(new Error("a second answer")))',
  later: 'setTimeout(() => callback(null, true), 20)',
  validation: 'callback(new ValidationError("own_code", "The store says no."))',
  user_exists: 'callback(new ValidationError("user_exists", "That user exists."))',
  unauthorized: 'callback(new UnauthorizedError("Ask the help desk."))',
  wrong_password: 'callback(new WrongUsernameOrPasswordError("7", "wrong"))',
  error: 'callback(new Error("a table is missing"))',
  text: 'callback("failed")',
  throw: '(() => { throw new TypeError("x is undefined") })()',
  outage: 'callback(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }))',
  timeout: 'callback(Object.assign(new Error("query timed out"), { code: "ETIMEDOUT" }))',
} as const

/** The name of an answer. */
export type AnswerName = keyof typeof answers

const switch_of_answers = Object.entries(answers).map(([name, code]) => `case '${name}': return ${code}`)

/** The source of a script: a function that notes its call, gives the answer that is asked for, or else runs `work`. */
function source(script: EventScript, parameters: string, work: string): string {
  return `function ${script}_script(${parameters}, callback) {
    const { Pool } = require('pg')
    if (!global.pool) {
      global.pool = new Pool({ connectionString: configuration.DATABASE_URL, max: 4, connectionTimeoutMillis: 20_000 })
      global.pool.on('error', () => {})
    }
    const query = (text, values) => global.pool.query(text, values)
    const note = 'insert into calls (script, args) values ($1, $2)'
    query(note, ['${script}', JSON.stringify([${parameters}])])
      .then(() => query('select answer from answers where script = $1', ['${script}']))
      .then(({ rows: [asked] }) => {
        switch (asked && asked.answer) {
          ${switch_of_answers.join('\n          ')}
        }
        ${work}
      })
      .catch(callback)
  }`
}

const profile = `({ id, email, username, phone, verified, name }) =>
  ({ user_id: String(id), email, username, phone_number: phone, email_verified: verified, name })`
const count = (sql: string, values: string): string =>
  `return query(\`${sql}\`, [${values}]).then(({ rowCount }) => callback(null, rowCount > 0))`

const works: Record<EventScript, [parameters: string, work: string]> = {
  login: [
    'name, password',
    `return query('select * from users where email = $1 or username = $1', [name]).then(({ rows: [row] }) =>
      row && row.password === password ? callback(null, (${profile})(row))
        : callback(new WrongUsernameOrPasswordError(row ? String(row.id) : null, 'wrong')))`,
  ],
  get_user: [
    'name',
    `return query('select * from users where email = $1 or username = $1', [name]).then(({ rows: [row] }) =>
      callback(null, row ? (${profile})(row) : null))`,
  ],
  create: [
    'user',
    `return query('insert into users (email, username, password, name) values ($1, $2, $3, $4)',
      [user.email, user.username, user.password, user.name]).then(() => callback(null), (error) =>
      callback(error.code === '23505' ? new ValidationError('user_exists', 'That user exists.') : error))`,
  ],
  verify: ['email', count('update users set verified = true where email = $1', 'email')],
  change_password: [
    'email, new_password',
    count('update users set password = $2 where email = $1', 'email, new_password'),
  ],
  change_email: [
    'email, new_email, verified',
    count('update users set email = $2, verified = $3 where email = $1', 'email, new_email, verified'),
  ],
  change_username: [
    'username, new_username',
    count('update users set username = $2 where username = $1', 'username, new_username'),
  ],
  change_phone_number: [
    'phone_number, new_phone_number',
    count('update users set phone = $2 where phone = $1', 'phone_number, new_phone_number'),
  ],
  delete: ['id', count('delete from users where id = $1', 'Number(id)')],
}

const event_scripts = Object.keys(works) as EventScript[]

/** The sources of all scripts, or of some. */
export function scriptSources(scripts: readonly EventScript[] = event_scripts): Partial<Record<EventScript, string>> {
  return Object.fromEntries(scripts.map((script) => [script, source(script, ...works[script])]))
}

/** A row of the legacy store. */
export type LegacyRow = {
  id: number
  email: string
  username: string | null
  phone: string | null
  password: string
  verified: boolean
  name: string | null
}

/** A call of a script: its name and its arguments. */
export type Call = [script: string, ...args: unknown[]]

/** The legacy store of the tests. */
export type MatrixStore = Awaited<ReturnType<typeof startMatrixStore>>

/** Starts a PostgreSQL server with the tables of the store. */
export async function startMatrixStore() {
  const database: OwnDatabaseServer = await startOwnPostgres()
  await database.query(`create table users (id serial primary key, email text unique, username text unique, phone text,
    password text, verified boolean not null default false, name text)`)
  await database.query('create table calls (number serial, script text, args text)')
  await database.query('create table answers (script text primary key, answer text)')
  let added = 0
  return {
    ...database,

    /** Options of a connection to the store, with all scripts or with some. */
    options: (mode: 'legacy' | 'import', scripts?: readonly EventScript[], more: JsonObject = {}): JsonObject => ({
      enabledDatabaseCustomization: true,
      import_mode: mode === 'import',
      requires_username: true,
      customScripts: scriptSources(scripts),
      configuration: { DATABASE_URL: database.url },
      egress: { mode: 'allow_list', allow: [`127.0.0.1:${database.port}`] },
      ...more,
    }),

    /** Inserts a user, whose e-mail address, username and phone number come from `name` and a number. */
    async addUser(name: string): Promise<LegacyRow> {
      added += 1
      const [row] = await database.query<LegacyRow>(
        `insert into users (email, username, phone, password, name)
         values ($1, $2, $3, 'Right-password-1', $2) returning *`,
        [`${name}@legacy.example`, name, `+1555${1000 + added}`],
      )
      if (!row) throw new Error('no row was inserted')
      return row
    },

    /** The row of an id, or undefined. */
    rowOf: async (id: number): Promise<LegacyRow | undefined> =>
      (await database.query<LegacyRow>('select * from users where id = $1', [id]))[0],

    /** The calls since the last time, in their order. */
    async takeCalls(): Promise<Call[]> {
      const rows = await database.query<{ number: number; script: string; args: string }>(
        'delete from calls returning *',
      )
      return rows
        .toSorted((one, other) => one.number - other.number)
        .map(({ script, args }) => [script, ...(JSON.parse(args) as unknown[])])
    },

    /** Has a script give an answer instead of its work, or work again. */
    async setAnswer(script: EventScript, answer: AnswerName | undefined): Promise<void> {
      await database.query('delete from answers where script = $1', [script])
      if (answer !== undefined) await database.query('insert into answers values ($1, $2)', [script, answer])
    },
  }
}
