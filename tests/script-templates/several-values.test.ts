// Users of a directory with several addresses and names, on a real OpenLDAP.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDirectory } from './ldap-template-cases.ts'
import { startScriptSandbox } from './script-caller.ts'

test('a user of a directory with several addresses and names logs in with each, and has the first', async () => {
  const directory = await openDirectory({
    ada: ['objectClass: inetOrgPerson', 'mail: lovelace@example.org', 'uid: countess'],
    bob: ['objectClass: inetOrgPerson'],
  })
  const sandbox = startScriptSandbox()
  try {
    const scripts = await sandbox.connect('ldap', directory.settings)
    const { profile } = await scripts.login('lovelace@example.org', 'test123')
    assert.deepEqual([profile?.['email'], profile?.['username']], ['lovelace@example.org', 'countess'])
    for (const identifier of ['Ada@example.org', 'countess', 'ada']) {
      assert.deepEqual(await scripts.login(identifier, 'test123'), { profile }, identifier)
      assert.deepEqual(await scripts.getUser(identifier), { profile }, identifier)
      const wrong = await scripts.login(identifier, 'wrong')
      assert.equal(wrong.error?.subject, profile?.['user_id'])
    }
    assert.deepEqual(await scripts.getUser('ada,countess'), { profile: null })
  } finally {
    await sandbox.close()
    await directory.stop()
  }
})
