/** A database of its own on a real server, made for one test file. */
export type TestDatabase = {
  /** `postgres://user:password@127.0.0.1:port/database`, or `mysql://…`. */
  readonly url: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Runs one statement that `statements` does not count, and answers its rows. */
  query<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>
  /**
   * Answers what clients ran in this database, in order, as the *server* saw it: without the statements of `query`.
   * `matching` keeps those that contain the text (letter case counts) or fit the expression.
   */
  statements(matching?: string | RegExp): Promise<string[]>
  /** Answers how many `statements(matching)` there are. */
  statementCount(matching?: string | RegExp): Promise<number>
}

/** A database server with one database ready. */
export type DatabaseServer = TestDatabase & {
  readonly version: string
  /** The variables by which another process shares this server. */
  readonly environment: Record<string, string>
  /** Makes another database; `label` becomes part of its name. */
  createDatabase(label?: string): Promise<TestDatabase>
  /** Drops what was made here and ends the server if it was started for this caller. */
  stop(): Promise<void>
}

/** A server that is the caller's alone, so that it can be switched off. */
export type OwnDatabaseServer = DatabaseServer & {
  /** Ends the server process at once and keeps its data: connections break, new ones are refused. */
  switchOff(): Promise<void>
  /** Starts it again on the same port with the same data. */
  switchOn(): Promise<void>
}

/** Answers a database name that no other test uses. */
export function uniqueName(label: string): string {
  const tail = Math.random().toString(36).slice(2, 10)
  return `t_${label
    .replace(/[^a-z0-9]/gi, '_')
    .toLowerCase()
    .slice(0, 16)}_${tail}`
}

/** Keeps the statements that fit `matching`. */
export function keepMatching(statements: string[], matching?: string | RegExp): string[] {
  if (matching === undefined) return statements
  if (typeof matching === 'string') return statements.filter((text) => text.includes(matching))
  return statements.filter((text) => matching.test(text))
}
