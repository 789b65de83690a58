import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonValue } from '../../src/base/json.ts'
import { vectors } from '../passwords/vectors.ts'
import { openTestRuntime, quick_limits } from './test-runtime.ts'

const runtime = openTestRuntime()

const source = `async (checks, callback) => {
  const { verify } = require('legacy-passwords')
  const answers = []
  for (const { password, stored, recipe } of checks) {
    answers.push([await verify(password, stored, recipe), await verify('other-' + password, stored, recipe)])
  }
  callback(null, answers)
}`

test('a script verifies every published hash with the module legacy-passwords', async () => {
  // A few at a time: together they take 8 s of processor time, of which a busy machine gives a sandbox little.
  const limits = { ...quick_limits, deadline_ms: 60_000 }
  for (let from = 0; from < vectors.length; from += 20) {
    const some = vectors.slice(from, from + 20)
    const answers = await runtime.value(source, { args: [JSON.parse(JSON.stringify(some)) as JsonValue], limits })
    assert.deepEqual(
      (answers as boolean[][]).map(([right, wrong], at) => [some[at]?.name, right, wrong]),
      some.map(({ name }) => [name, true, false]),
    )
  }
})

test('the module refuses an unknown form and a hash above the limits with a clear message', async () => {
  const verify = `(password, stored, callback) => require('legacy-passwords').verify(password, stored).then((ok) => callback(null, ok), callback)`
  const messageOf = async (stored: string): Promise<string> => {
    const result = await runtime.run(verify, { args: ['password', stored] })
    assert.ok(result.kind === 'failed', JSON.stringify(result))
    return result.error.message
  }
  assert.match(await messageOf('5f4dcc3b5aa765d61d8327deb882cf99'), /no form that can be recognised/)
  assert.match(await messageOf(`$2b$16$${'a'.repeat(53)}`), /bcrypt with cost 16 is above the limit of 14/)
})

test('the module tells which hashes to replace', async () => {
  const needs = `(stored, callback) => callback(null, require('legacy-passwords').needsRehash(stored))`
  assert.equal(await runtime.value(needs, { args: ['5f4dcc3b5aa765d61d8327deb882cf99'] }), true)
})

test('the module writes a hash that it verifies', async () => {
  const writes = `async (password, callback) => {
    const { hash, verify } = require('legacy-passwords')
    const written = await hash(password, { format: 'aspnet-identity-v3', rounds: 1000 })
    const of_membership = await hash(password, { format: 'membership-hmac-sha256' })
    callback(null, [await verify(password, written.hash), await verify(password, of_membership, { format: 'membership-hmac-sha256' })])
  }`
  assert.deepEqual(await runtime.value(writes, { args: ['pä ß'] }), [true, true])
})
