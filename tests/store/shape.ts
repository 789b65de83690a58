// The tables at run time, compared with the types by the compiler and with each engine by the suite.
import type { Selectable } from 'kysely'
import type { Database } from '../../src/store/tables.ts'

/** What a column holds; `?` may be null. Integers have 64 bits. */
export type ColumnKind = 'text' | 'integer' | 'text?' | 'integer?'

type KindOf<V> = [V] extends [string]
  ? 'text'
  : [V] extends [number]
    ? 'integer'
    : [V] extends [string | null]
      ? 'text?'
      : [V] extends [number | null]
        ? 'integer?'
        : never

/** Every column of every table, as the types of src/store name them. */
export type Shapes = {
  [T in keyof Database]: { [C in keyof Selectable<Database[T]>]: KindOf<Selectable<Database[T]>[C]> }
}
