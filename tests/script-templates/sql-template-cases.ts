import { type DatabaseServer, startMariadb, startPostgres } from '../support/servers.ts'
import { sql_templates, type SqlTemplateCase } from './sql-template-tables.ts'
import type { OpenedStore, TemplateCase } from './template-tests.ts'

const servers = new Map<string, Promise<DatabaseServer>>()

/** Stops the servers that the cases started. */
export async function stopSqlServers(): Promise<void> {
  for (const server of servers.values()) await (await server).stop()
}

async function open({ tables, settings }: SqlTemplateCase, name: string): Promise<OpenedStore> {
  const is_mariadb = name === 'MariaDB'
  const started = servers.get(name) ?? (is_mariadb ? startMariadb : startPostgres)()
  servers.set(name, started)
  const database = await (await started).createDatabase('template')
  const quote = is_mariadb ? '`' : '"'
  for (const statement of tables) await database.query(statement.replaceAll('"', quote))
  const names = tables.flatMap((statement) => /^create table (\w+)/.exec(statement)?.[1] ?? [])
  const snapshot = async (): Promise<string> => {
    const rows = await Promise.all(names.map((table) => database.query(`select * from ${quote}${table}${quote}`)))
    return JSON.stringify(rows.map((of_table) => of_table.map((row) => JSON.stringify(row)).toSorted()))
  }
  return { settings: { DATABASE_URL: database.url, ...settings }, snapshot, stop: () => Promise.resolve() }
}

/** The templates of stores in PostgreSQL, MySQL and MariaDB, on real servers. */
export const sql_template_cases: TemplateCase[] = sql_templates.flatMap((each) =>
  each.servers.map((name) => ({
    ...each,
    title: `${each.template}${each.variant === undefined ? '' : ` (${each.variant})`} on ${name}`,
    open: () => open(each, name),
  })),
)
