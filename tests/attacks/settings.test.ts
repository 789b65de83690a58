import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigError, readConfig } from '../../src/config/config.ts'

function problemsOf(env: Record<string, string>): string {
  try {
    readConfig(env)
    return ''
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.message
  }
}

describe('settings that would weaken a server silently', () => {
  const wrong: [string, Record<string, string>][] = [
    ['an address without a port that scripts may never reach', { WHERRY_EGRESS_NEVER: '10.0.0.5' }],
    ['a name without a port that scripts may never reach', { WHERRY_EGRESS_NEVER: 'db.internal' }],
    ['a broken range that scripts may never reach', { WHERRY_EGRESS_NEVER: '10.0.0.0/8,10.0.0.0/33' }],
    ['a trusted proxy that is no address', { WHERRY_TRUST_PROXY: 'yes' }],
    ['a trusted proxy by name', { WHERRY_TRUST_PROXY: 'proxy.internal' }],
    ['a short sealing key', { WHERRY_SECRET_KEY: 'short' }],
    ['an address with a path', { WHERRY_PUBLIC_URL: 'https://id.example/path' }],
    ['an address with credentials', { WHERRY_PUBLIC_URL: 'https://user:pw@id.example/' }],
    ['an address of another kind', { WHERRY_PUBLIC_URL: 'javascript:alert(1)' }],
    ['half of TLS', { WHERRY_TLS_CERT: 'cert.pem' }],
    ['a mistyped name', { WHERRY_TRUST_PROXI: 'false' }],
    ['a port beyond the last', { WHERRY_PORT: '65536' }],
    ['a number that is none', { WHERRY_SCRIPT_DEADLINE_MS: '1e3' }],
  ]
  for (const [what, env] of wrong) {
    test(`${what} is refused at the start`, () => {
      const [name = ''] = Object.keys(env)
      assert.match(problemsOf(env), new RegExp(`${name}`))
    })
  }

  test('a refusal contains no secret', () => {
    const problems = problemsOf({
      DATABASE_URL: 'mysql://root:hunter2-database@db/x',
      WHERRY_SMTP_URL: 'http://user:hunter2-mail@mail',
      WHERRY_SECRET_KEY: 'hunter2-sealing-key',
    })
    assert.match(problems, /3 problems/)
    assert.doesNotMatch(problems, /hunter2/)
  })

  test('WHERRY_EGRESS_NEVER takes ranges and host:port', () => {
    assert.equal(problemsOf({ WHERRY_EGRESS_NEVER: '10.0.0.0/8, db.internal:5432,[fd00::1]:5432 , fd00::/8' }), '')
  })
})
