import type { ColumnDefinitionBuilder } from 'kysely'

/** Makes a column `not null`. */
export const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull()
