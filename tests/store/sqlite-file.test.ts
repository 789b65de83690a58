import { join } from 'node:path'
import { sqliteDialect } from '../../src/store/sqlite.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { storeConformance } from './conformance.ts'

storeConformance('SQLite in a file', { emptyStore: () => sqliteDialect(join(tempFolder('sqlite'), 'wherry.sqlite')) })
