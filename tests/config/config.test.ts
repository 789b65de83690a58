import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { ConfigError, readConfig } from '../../src/config/config.ts'
import { settings, type Setting } from '../../src/config/settings.ts'

const secret = 'a-secret-that-nobody-may-read-0123456789'

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(env)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    for (const problem of error.problems) assert.ok(error.message.includes(problem))
    return error.problems
  }
  return []
}

test('without variables every setting has its documented default', () => {
  assert.deepEqual(readConfig({}), {
    port: 3000,
    host: '127.0.0.1',
    public_url: undefined,
    admin_url: undefined,
    data_dir: path.resolve('./data'),
    database_url: undefined,
    database_connections: 10,
    secret_key: undefined,
    plan: 'enterprise',
    trust_proxy: false,
    tls: undefined,
    log_level: 'info',
    smtp_url: undefined,
    mail_from: 'Wherry <no-reply@localhost>',
    sandbox_processes: 50,
    sandbox_memory_bytes: 300 * 1024 * 1024,
    sandbox_hardened: 'auto',
    script_deadline_ms: 10_000,
    egress_never: [],
    egress_allow: [],
    egress_private_tenants: ['default'],
    requests_per_second: 200,
    hashes_waiting: 500,
    log_retention_days: 30,
    script_log_retention: { days: 30, lines: 10_000 },
  })
})

test('an empty variable counts as unset, and white space around a value is ignored', () => {
  const empty = Object.fromEntries(Object.keys(settings).map((name) => [name, '']))
  assert.deepEqual(readConfig(empty), readConfig({}))
  assert.equal(readConfig({ WHERRY_PORT: ' 8080\t' }).port, 8080)
})

test('all problems are reported at once, each with the setting, the problem and the valid values', () => {
  const problems = problemsOf({
    WHERRY_PORT: '70000',
    WHERRY_PLAN: 'gold',
    WHERRY_PUBLIC_URL: 'localhost:3000',
    DATABASE_URL: 'mysql://root@localhost/db',
    WHERRY_SECRET_KEY: 'short',
    WHERRY_TLS_CERT: 'cert.pem',
    WHERRY_TRUST_PROXY: '10.0.0.0/8, the proxy',
    WHERRY_LOG_LEVEL: 'loud',
    WHERRY_EGRESS_NEVER: 'db.internal',
    WHERRY_MAIL_FROM: 'nobody',
    WHERRY_PROT: '1',
  })
  assert.deepEqual(problems.map((problem) => problem.split(' ')[0] ?? '').toSorted(), [
    'DATABASE_URL',
    'WHERRY_EGRESS_NEVER',
    'WHERRY_LOG_LEVEL',
    'WHERRY_MAIL_FROM',
    'WHERRY_PLAN',
    'WHERRY_PORT',
    'WHERRY_PROT',
    'WHERRY_PUBLIC_URL',
    'WHERRY_SECRET_KEY',
    'WHERRY_TLS_CERT',
    'WHERRY_TRUST_PROXY',
  ])
  const about = (name: string): string => problems.find((problem) => problem.startsWith(name)) ?? ''
  assert.equal(about('WHERRY_PORT'), 'WHERRY_PORT must be a whole number from 0 to 65535; it is "70000".')
  assert.equal(
    about('WHERRY_PLAN'),
    'WHERRY_PLAN must be one of free, developer, developer_pro, enterprise; it is "gold".',
  )
  assert.match(about('WHERRY_TRUST_PROXY'), /"the proxy" is neither/)
  assert.match(about('WHERRY_TLS_CERT'), /WHERRY_TLS_KEY belong together; only WHERRY_TLS_CERT is set/)
})

test('an unknown setting is refused, and a similar name is suggested', () => {
  assert.deepEqual(problemsOf({ WHERRY_DATADIR: '/x' }), [
    'WHERRY_DATADIR is not a setting of Wherry. Did you mean WHERRY_DATA_DIR?',
  ])
  assert.deepEqual(problemsOf({ WHERRY_DATABASE_URL: 'x' }), [
    'WHERRY_DATABASE_URL is not a setting of Wherry. Did you mean DATABASE_URL?',
  ])
  assert.deepEqual(problemsOf({ WHERRY_XYZ: '1' }), ['WHERRY_XYZ is not a setting of Wherry.'])
  assert.deepEqual(problemsOf({ WHERRY_SOMETHING_ELSE_ALTOGETHER: '1' }), [
    'WHERRY_SOMETHING_ELSE_ALTOGETHER is not a setting of Wherry.',
  ])
  assert.deepEqual(problemsOf({ WHERRY_TEST_POSTGRES_URL: 'x', HOME: '/root', wherry_port: '1' }), [])
})

test('every integer is accepted at both of its bounds and refused beyond them, in digits only', () => {
  const numbers = Object.entries<Setting>(settings).filter(([, { kind }]) => kind === 'integer' || kind === 'port')
  assert.ok(numbers.length >= 6)
  for (const [name, { minimum = 0, maximum = 65_535 }] of numbers) {
    for (const good of [minimum, maximum]) assert.deepEqual(problemsOf({ [name]: String(good) }), [], `${name}=${good}`)
    const bad = [String(minimum - 1), String(maximum + 1), '1.5', '1e3', '0x10', 'ten', '-5', '１２', '+7']
    for (const each of bad) {
      const problems = problemsOf({ [name]: each })
      assert.equal(problems.length, 1, `${name}=${each}`)
      assert.ok(problems[0]?.includes(`from ${minimum} to ${maximum}`) && problems[0].includes(`"${each}"`))
    }
  }
})

test('every choice is accepted as documented, in its letter case', () => {
  for (const [name, { choices = [] }] of Object.entries<Setting>(settings)) {
    for (const choice of choices) {
      assert.deepEqual(problemsOf({ [name]: choice }), [])
      assert.equal(problemsOf({ [name]: choice.toUpperCase() }).length, 1)
    }
  }
})

test('the public address is accepted with or without the last slash, in one normal form', () => {
  const read = (WHERRY_PUBLIC_URL: string): string | undefined => readConfig({ WHERRY_PUBLIC_URL }).public_url
  assert.equal(read('http://localhost:3000'), 'http://localhost:3000/')
  assert.equal(read('http://localhost:3000/'), 'http://localhost:3000/')
  assert.equal(read('HTTPS://Login.Example.COM:443'), 'https://login.example.com/')
  assert.equal(read('https://[::1]:8443/'), 'https://[::1]:8443/')
  for (const wrong of [
    'https://a.test/login',
    'https://a.test/?x',
    'https://a.test/#x',
    'https://u@a.test',
    'ftp://a.test',
    'a.test',
    '/',
  ]) {
    assert.equal(problemsOf({ WHERRY_PUBLIC_URL: wrong }).length, 1, wrong)
  }
})

test('a server that speaks https refuses a public address with http', () => {
  const tls = { WHERRY_TLS_CERT: 'cert.pem', WHERRY_TLS_KEY: 'key.pem' }
  assert.match(problemsOf({ ...tls, WHERRY_PUBLIC_URL: 'http://localhost:8443' })[0] ?? '', /must begin with https/)
  const config = readConfig({ ...tls, WHERRY_PUBLIC_URL: 'https://localhost:8443' })
  assert.deepEqual(config.tls, { cert_file: path.resolve('cert.pem'), key_file: path.resolve('key.pem') })
  assert.deepEqual(problemsOf({ WHERRY_PUBLIC_URL: 'https://behind-a-proxy.test' }), [])
})

test('the address of admins is off or an origin of its own, with the scheme of the public address', () => {
  const read = (admin_url: string, more: Record<string, string> = {}) =>
    readConfig({ WHERRY_ADMIN_URL: admin_url, ...more }).admin_url
  assert.equal(read('off'), 'off')
  assert.equal(read('http://localhost:3001'), 'http://localhost:3001/')
  assert.equal(read('HTTP://Admins.Example/'), 'http://admins.example/')
  const https = { WHERRY_PUBLIC_URL: 'https://login.example' }
  assert.equal(read('https://admins.example', https), 'https://admins.example/')
  const refused: [Record<string, string>, RegExp][] = [
    [{ WHERRY_ADMIN_URL: 'yes' }, /must be a URL, or off; it is "yes"/],
    [{ WHERRY_ADMIN_URL: 'ftp://admins.example' }, /must be a scheme, a host and an optional port/],
    [{ WHERRY_ADMIN_URL: 'http://admins.example/x' }, /must be a scheme, a host and an optional port/],
    [{ WHERRY_ADMIN_URL: 'http://admins.example:0' }, /a port other than 0/],
    [{ WHERRY_ADMIN_URL: 'https://admins.example' }, /must begin with http:\/\//],
    [{ WHERRY_ADMIN_URL: 'http://admins.example', ...https }, /must begin with https:\/\//],
    [{ WHERRY_ADMIN_URL: 'http://localhost:3000/' }, /another host or port/],
    [{ WHERRY_ADMIN_URL: 'http://localhost:4000/', WHERRY_PORT: '4000' }, /another host or port/],
    [{ WHERRY_ADMIN_URL: 'https://LOGIN.example:443', ...https }, /another host or port/],
  ]
  for (const [env, reason] of refused) {
    const [problem = '', ...more] = problemsOf(env)
    assert.match(problem, reason)
    assert.match(problem, /^WHERRY_ADMIN_URL /)
    assert.deepEqual(more, [])
  }
  const [problem] = problemsOf({ WHERRY_ADMIN_URL: `http://admin:${secret}@admins.example` })
  assert.ok(problem !== undefined && !problem.includes(secret))
})

test('trusted proxies are none, all, or addresses, ranges and their names', () => {
  const read = (WHERRY_TRUST_PROXY: string) => readConfig({ WHERRY_TRUST_PROXY }).trust_proxy
  assert.equal(read('true'), true)
  assert.equal(read('false'), false)
  assert.deepEqual(read('10.0.0.1, 192.168.0.0/16 ,fd00::/8,::1,loopback,'), [
    '10.0.0.1',
    '192.168.0.0/16',
    'fd00::/8',
    '::1',
    'loopback',
  ])
  for (const wrong of ['yes', '1', '10/8', '10.0.0.0/99', '300.1.1.1', 'proxy.internal']) {
    assert.equal(problemsOf({ WHERRY_TRUST_PROXY: wrong }).length, 1, wrong)
  }
})

test('WHERRY_EGRESS_NEVER is checked, so that a typing error does not allow an address', () => {
  const good = '169.254.169.254:80, db.internal:5432,[fd00::1]:443,10.0.0.0/8,fd00::/8'
  assert.equal(readConfig({ WHERRY_EGRESS_NEVER: good }).egress_never.length, 5)
  for (const wrong of [
    '10.0.0.1',
    'db.internal',
    'db.internal:0',
    'db:70000',
    'http://db:80',
    '10.0.0.0/99',
    '[db]:80',
    'fd00::1',
  ]) {
    assert.equal(problemsOf({ WHERRY_EGRESS_NEVER: wrong }).length, 1, wrong)
  }
})

test('a sealing key needs 32 characters', () => {
  assert.deepEqual(problemsOf({ WHERRY_SECRET_KEY: 'x'.repeat(32) }), [])
  assert.match(problemsOf({ WHERRY_SECRET_KEY: 'x'.repeat(31) })[0] ?? '', /at least 32 characters; it has 31/)
})

test('only postgres and smtp URLs are accepted for store and mail', () => {
  for (const good of ['postgres://u:p@h/db', 'postgresql://h:1/db?sslmode=require']) {
    assert.equal(readConfig({ DATABASE_URL: good }).database_url, good)
  }
  for (const good of ['smtp://localhost:25', 'smtps://u:p@mail.test']) {
    assert.equal(readConfig({ WHERRY_SMTP_URL: good }).smtp_url, good)
  }
  for (const name of ['DATABASE_URL', 'WHERRY_SMTP_URL']) {
    for (const wrong of ['http://x', 'localhost', '5432']) assert.equal(problemsOf({ [name]: wrong }).length, 1)
  }
})

test('no message contains a secret', () => {
  const wrong: Record<string, string>[] = [
    { WHERRY_SECRET_KEY: secret.slice(0, 20) },
    { DATABASE_URL: `mysql://user:${secret}@host/db` },
    { DATABASE_URL: secret },
    { WHERRY_SMTP_URL: `http://user:${secret}@host` },
    { WHERRY_SMTP_URL: secret },
    { WHERRY_PUBLIC_URL: `https://user:${secret}@host/path` },
    { WHERRY_PUBLIC_URL: `https://:${secret}@host/` },
    { WHERRY_PUBLIC_URL: `ftp://${secret}@host` },
    { WHERRY_PUBLIC_URL: `ftp://a@b:${secret}@host` },
    { WHERRY_SECRET_KEY_OLD: secret, WHERRY_PASSWORD: secret },
  ]
  for (const env of wrong) {
    const problems = problemsOf(env)
    assert.ok(problems.length > 0, Object.keys(env).join())
    for (const problem of problems) assert.ok(!problem.includes(secret.slice(0, 20)), Object.keys(env).join())
  }
})

test('every setting has a description', () => {
  for (const [name, { description, kind, default: standard, choices }] of Object.entries<Setting>(settings)) {
    assert.match(description, /^[A-Za-z].{10,}[.]$/, name)
    if (kind === 'choice') assert.ok(choices?.includes(standard ?? ''), name)
  }
})
