import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectionFromRow } from '../../src/connections/connection.ts'
import { verifyCredential, verifyUnknown } from '../../src/login/verify-credential.ts'
import { createSealer } from '../../src/keys/sealer.ts'
import { HashError } from '../../src/passwords/formats/index.ts'
import type { PasswordFormat } from '../../src/store/user-tables.ts'
import { sealForeignHash } from '../../src/users/foreign-credential.ts'
import type { FoundCredential } from '../../src/users/find-credential.ts'

const texts = { options: '{}', configuration_sealed: '{}', scripts_sealed: '{}', data: '{}', strategy: 'auth0' }
const row = {
  tenant_id: 'ten_a',
  connection_id: 'con_a',
  name: 'a',
  ...texts,
  version: 1,
  created_at: 1,
  updated_at: 1,
}
const connection = connectionFromRow({
  ...row,
  foreign_hashes: 1,
  finish_step: null,
  decisions: null,
  configuration_origins: null,
})
const sealer = createSealer('the sealing key of these tests, long enough')
const owner = { tenant_id: 'ten_a', user_id: 'auth0|a' }
const { hash: sealed } = sealForeignHash(sealer, owner, { format: 'foreign', hash: '"x"' })

/** Passwords that compute nothing, and the names of what was called. */
function counted(verifyForeign: () => Promise<boolean> = async () => false) {
  const calls: string[] = []
  const call = (name: string) => async (): Promise<false> => {
    calls.push(name)
    return false
  }
  return {
    calls,
    passwords: {
      hash: async () => ({ format: 'argon2id-nfc' as const, hash: '' }),
      verify: call('ours'),
      verifyDummy: call('ours'),
      repeatForeign: call('foreign'),
      verifyForeign: async () => {
        calls.push('foreign')
        return await verifyForeign()
      },
    },
  }
}

function found(format: PasswordFormat | undefined): FoundCredential {
  return {
    user_id: 'auth0|a',
    blocked: false,
    has_second_factor: false,
    email: 'a@x.example',
    phone_number: null,
    phone_verified: false,
    linked: undefined,
    found_by: 'email',
    credential: format === undefined ? null : { credential_id: 'crd_a', format, hash: sealed },
    user: () => assert.fail('no login succeeded'),
  }
}

test('[guard: equal-work-beside-imported-hashes] a failed login costs one imported hash and one of ours, for known and unknown users', async () => {
  for (const format of ['foreign', 'argon2id', 'argon2id-nfc', undefined] as const) {
    const { calls, passwords } = counted()
    const { kind } = await verifyCredential({ passwords, sealer }, connection, found(format), 'wrong')
    assert.deepEqual([kind, calls.toSorted()], ['refused', ['foreign', 'ours']], format)
  }
  const { calls, passwords } = counted()
  await verifyUnknown(passwords, connection, 'wrong')
  assert.deepEqual(calls.toSorted(), ['foreign', 'ours'])
})

test('an imported hash that cannot be verified is a wrong password, with the reason in the log', async () => {
  const { passwords } = counted(() => Promise.reject(new HashError('too_costly', 'it takes too long')))
  const result = await verifyCredential({ passwords, sealer }, connection, found('foreign'), 'any')
  assert.ok(result.kind === 'refused')
  assert.deepEqual(
    [result.outcome, result.message],
    ['wrong_password', 'The imported password hash cannot be verified: it takes too long.'],
  )
})
