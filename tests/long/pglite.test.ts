import { PGlite } from '@electric-sql/pglite'
import { PGliteDialect } from 'kysely'
import { storeConformance } from '../store/conformance.ts'

storeConformance('PGlite', { emptyStore: () => new PGliteDialect({ pglite: () => PGlite.create() }) })
