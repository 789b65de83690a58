// The conformance suite of the store, run on every back end. A back end's own test calls it.
import { after, before, describe } from 'node:test'
import type { Dialect } from 'kysely'
import { openStoreOn } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'
import { counterTests } from './counter-tests.ts'
import { keyTests } from './key-tests.ts'
import { pageTests } from './page-tests.ts'
import { rowTests } from './row-tests.ts'
import { schemaTests } from './schema-tests.ts'
import { transactionTests } from './transaction-tests.ts'

/** A back end under test. */
export type BackEnd = {
  /** Gives a dialect on a store with nothing in it, a new one each time. */
  emptyStore(): Dialect | Promise<Dialect>
  /** Tidies up when all tests have run. */
  end?(): void | Promise<void>
}

/** The store under test, open while tests run. */
export type Subject = { readonly db: Db; emptyStore: BackEnd['emptyStore'] }

/** Runs the suite on a back end. */
export function storeConformance(name: string, backEnd: BackEnd | (() => Promise<BackEnd>)): void {
  describe(`the store on ${name}`, () => {
    let opened: { db: Db; end: BackEnd } | undefined
    const subject: Subject = {
      get db() {
        if (!opened) throw new Error('the store is not open')
        return opened.db
      },
      emptyStore: async () => {
        if (!opened) throw new Error('the store is not open')
        return await opened.end.emptyStore()
      },
    }
    before(async () => {
      const end = typeof backEnd === 'function' ? await backEnd() : backEnd
      opened = { db: await openStoreOn(await end.emptyStore()), end }
    })
    after(async () => {
      await opened?.db.destroy()
      await opened?.end.end?.()
    })
    for (const tests of [schemaTests, rowTests, keyTests, transactionTests, counterTests, pageTests]) tests(subject)
  })
}
