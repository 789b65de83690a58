// A migration of the embedded store takes a tenth of a second of a core: the servers of a test process begin with copies of one empty store.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { openStore } from '../../src/store/open-store.ts'
import { tempFolder } from './temp-folder.ts'

const file_name = 'wherry.sqlite'
let made: Promise<string> | undefined

async function makeEmptyStore(): Promise<string> {
  const folder = tempFolder('empty-store')
  const db = await openStore({ engine: 'sqlite', folder })
  await db.destroy()
  return join(folder, file_name)
}

/** Answers a new folder that holds an empty store with the schema of this version. */
export async function folderWithEmptyStore(): Promise<string> {
  made ??= makeEmptyStore()
  const folder = tempFolder('server')
  copyFileSync(await made, join(folder, file_name))
  return folder
}
