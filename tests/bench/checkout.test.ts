import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CheckoutError, resolveCommit } from '../../bench/compare/checkout.ts'

for (const name of ['no-such-commit', '--exec=true', 'HEAD:README.md'])
  test(`"${name}" is refused with a clear message`, () => {
    assert.throws(
      () => resolveCommit(name),
      (error) => error instanceof CheckoutError && error.message.startsWith(`--against "${name}" is no commit`),
    )
  })
