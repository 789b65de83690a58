import type { CreateTableBuilder } from 'kysely'
import type { Transaction } from '../tables.ts'

/** A table being described. */
export type Table = CreateTableBuilder<string, string>

/** Text columns that always hold something. */
export const text = (table: Table, ...names: string[]): Table =>
  names.reduce((made: Table, name) => made.addColumn(name, 'text', (column) => column.notNull()), table)

/** Text columns that may be null. */
export const maybeText = (table: Table, ...names: string[]): Table =>
  names.reduce((made: Table, name) => made.addColumn(name, 'text'), table)

/** Columns of 64-bit integers: times, counts and flags. */
export const integer = (table: Table, ...names: string[]): Table =>
  names.reduce((made: Table, name) => made.addColumn(name, 'bigint', (column) => column.notNull()), table)

/** Integer columns that may be null. */
export const maybeInteger = (table: Table, ...names: string[]): Table =>
  names.reduce((made: Table, name) => made.addColumn(name, 'bigint'), table)

/** The primary key of a table. */
export const key = (table: Table, name: string, ...columns: [string, ...string[]]): Table =>
  table.addPrimaryKeyConstraint(`${name}_key`, columns)

/** What a table is made with: portable SQL and nothing else. Index names leave out the leading tenant_id. */
export function schemaWords(trx: Transaction) {
  return {
    create: async (name: string, build: (table: Table) => Table): Promise<void> =>
      await build(trx.schema.createTable(name)).execute(),
    index: async (table: string, ...columns: string[]): Promise<void> =>
      await trx.schema
        .createIndex(`${table}_by_${columns.slice(1).join('_')}`)
        .on(table)
        .columns(columns)
        .execute(),
    uniqueIndex: async (table: string, ...columns: string[]): Promise<void> =>
      await trx.schema
        .createIndex(`${table}_one_${columns.slice(1).join('_')}`)
        .unique()
        .on(table)
        .columns(columns)
        .execute(),
  }
}
