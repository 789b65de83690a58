import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { tempFolder } from '../support/temp-folder.ts'

const src = resolve(import.meta.dirname, '../../src')

// Another process on the same store. The library's polyfill extends Reflect, which shows whether it was loaded.
async function loadsLibrary(folder: string, work: string): Promise<string> {
  const script = `
    import { openStore } from '${src}/store/open-store.ts'
    import { createSealer } from '${src}/keys/sealer.ts'
    import { createSigningKeys } from '${src}/keys/signing-keys.ts'
    import '${src}/server/compose.ts'
    import '${src}/server/dev-cert.ts'
    const db = await openStore({ engine: 'sqlite', folder: process.argv[1] })
    const sealer = createSealer('a sealing key for tests, at least 32 characters')
    const keys = createSigningKeys({ db, sealer, clock: { now: () => Date.now() } })
    const tenant = { tenant_id: 'ten_1', name: 'one', domain: 'one.test', plan: 'enterprise', is_default: 1, settings: '{}', created_at: 1, updated_at: 1 }
    await db.insertInto('tenants').values(tenant).onConflict((conflict) => conflict.doNothing()).execute()
    ${work}
    await db.destroy()
    console.log('getMetadata' in Reflect ? 'loaded' : 'not loaded')`
  const ran = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, folder])
  return ran.stdout.trim()
}

test('a process that finds its keys in the store signs, publishes and verifies without the certificate library', async () => {
  const folder = tempFolder('keys')
  assert.equal(await loadsLibrary(folder, `await keys.current('ten_1')`), 'loaded')
  const ordinary = `
    const { kid } = await keys.current('ten_1')
    await keys.jwks('ten_1')
    if (!(await keys.verificationKey('ten_1', kid))) throw new Error('no key')`
  assert.equal(await loadsLibrary(folder, ordinary), 'not loaded')
})
