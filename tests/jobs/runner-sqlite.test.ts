import { openStore } from '../../src/store/open-store.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { leaseTests } from './lease-tests.ts'
import { runnerTests } from './runner-tests.ts'

const open = () => openStore({ engine: 'sqlite', folder: tempFolder('jobs') })

runnerTests('SQLite', open)
leaseTests('SQLite', open)
