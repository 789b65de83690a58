import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'

/** Opens the embedded store of a server that is stopped, for as long as `use` runs. */
export async function withStore<T>(folder: string, use: (db: Db) => Promise<T>): Promise<T> {
  const db = await openStore({ engine: 'sqlite', folder })
  try {
    return await use(db)
  } finally {
    await db.destroy()
  }
}
