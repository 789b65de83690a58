import { sql, type SelectQueryBuilder, type SqlBool } from 'kysely'
import { isJsonObject } from '../base/json.ts'
import { firstPart, readCheckpoint, writeCheckpoint, type Page, type ListPart } from '../base/page.ts'
import { Refusal } from '../contract/refusal.ts'

const invalid_checkpoint =
  "Query validation error: 'Not a checkpoint of this list' on property from (`next` of the last answer.)."

/** The refusal of a checkpoint that is not one of the list. */
export const invalidCheckpoint = (): Refusal => new Refusal('invalid_query_string', { message: invalid_checkpoint })

/** The part of a list behind a checkpoint. */
export type CheckpointPage = Extract<Page, { kind: 'checkpoint' }>

/** The checkpoint of a request; undefined for the first page. @throws {Refusal} `invalid_query_string` for an invalid one */
export function requireCheckpoint({ from }: CheckpointPage): { at: number; id: string } | undefined {
  if (from === undefined) return undefined
  const after = readCheckpoint(from)
  if (!after) throw invalidCheckpoint()
  return after
}

/** A row of a list, which is ordered by creation time and then by id. */
export type Ordered = { created_at: number }

/**
 * Reads a page of a list, oldest first.
 *
 * @param id the column that orders rows of the same creation time
 * @throws {Refusal} `invalid_query_string` for an invalid checkpoint
 */
export async function readPage<DB, TB extends keyof DB, O extends Ordered>(
  query: SelectQueryBuilder<DB, TB, O>,
  id: { column: string; of(row: O): string },
  page: Page,
): Promise<ListPart<O>> {
  const order = [sql.ref('created_at'), sql.ref(id.column)] as const
  const sorted = query.orderBy(order[0]).orderBy(order[1])
  if (page.kind === 'offset') {
    const counted: unknown = await query
      .clearSelect()
      .select(sql`count(*)`.as('total'))
      .executeTakeFirst()
    const items = await sorted
      .limit(page.per_page)
      .offset(page.page * page.per_page)
      .execute()
    return { items, total: isJsonObject(counted) ? Number(counted['total']) : 0 }
  }
  const after = requireCheckpoint(page)
  const rows = await sorted
    .$if(after !== undefined, (some) =>
      some.where(sql<SqlBool>`(${order[0]}, ${order[1]}) > (${after?.at ?? 0}, ${after?.id ?? ''})`),
    )
    .limit(page.take + 1)
    .execute()
  return firstPart(rows, page.take, (last) => writeCheckpoint(last.created_at, id.of(last)))
}
