import { sqliteDialect } from '../../src/store/sqlite.ts'
import { storeConformance } from '../store/conformance.ts'

storeConformance('SQLite in memory', { emptyStore: () => sqliteDialect(':memory:') })
