import { PGlite } from '@electric-sql/pglite'
import { PGliteDialect } from 'kysely'
import { storeConformance } from './conformance.ts'

storeConformance('PGlite', { emptyStore: () => new PGliteDialect({ pglite: () => PGlite.create() }) })
