import { sqliteDialect } from '../../src/store/sqlite.ts'
import { storeConformance } from './conformance.ts'

storeConformance('SQLite in memory', { emptyStore: () => sqliteDialect(':memory:') })
