import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { secretsIn } from '../../src/connections/configuration-secrets.ts'
import { maskHashes } from '../../src/connections/mask-hashes.ts'
import { secretMask } from '../../src/connections/secret-mask.ts'

const source = `function login(email, password, callback) {
  callback(new WrongUsernameOrPasswordError(email, 'wrong password'))
}`
const masked = (password: string, text: string): string =>
  secretMask([{ name: 'password', text: password }], source)(text)

describe('secrets in a configuration', () => {
  const none: [name: string, text: string][] = [
    ['TABLE', 'customer_accounts_2019'],
    ['TABLE', 'CustomerAccountsV2Archive'],
    ['COLUMN', 'password_hash'],
    ['HOST', 'db-01.legacy.internal.example'],
    ['URL', 'postgres://reader@db.example:5432/shop?sslmode=require'],
    ['QUERY', 'select id, email from users where email = $1'],
    ['PORT', '5432'],
  ]
  for (const [name, text] of none) {
    test(`${name} ${text} is none`, () => assert.deepEqual(secretsIn(name, text), []))
  }

  const secret: [name: string, text: string, secrets: string[]][] = [
    ['DB_PASSWORD', 'letmein', ['letmein']],
    ['API_KEY', 'short', ['short']],
    ['CLIENT_SECRET', 'plain words', ['plain words']],
    ['DSN', 'postgres://reader:p%40ss@db.example/shop', ['p%40ss', 'p@ss', 'reader:p@ss']],
    ['DSN', 'mongodb://u:pa/ss@one.example:1,two.example:2/x', ['pa/ss', 'u:pa/ss']],
    ['DSN', 'Server=db;User Id=sa;Password=Tr0ub4dor 3;Encrypt=true', ['Tr0ub4dor 3']],
    ['DSN', 'Server = db ; Password = Tr0ub4dor 3 ;\n Pwd =other', ['Tr0ub4dor 3', 'other']],
    ['DSN', 'url=https://db.example/?password=a?pw=b&host=c', ['a?pw=b']],
    ['URL', 'https://api.example/users?api_key=k7&page=1', ['k7']],
    ['ANY', 'sk_live_4eC39HqLyjWDarjtT1zdp7dc', ['sk_live_4eC39HqLyjWDarjtT1zdp7dc']],
    ['ANY', 'Bearer 9f86d081884c7d659a2feaa0c55ad015', ['9f86d081884c7d659a2feaa0c55ad015']],
    ['ACCOUNT', '{"project":"shop","private_key":"abc def"}', ['abc def']],
  ]
  for (const [name, text, secrets] of secret) {
    test(`${name} ${text} has ${secrets.length} [guard: configuration-secrets-masked]`, () => {
      assert.deepEqual(secretsIn(name, text), secrets)
    })
  }
})

describe('the mask', () => {
  test('keeps what the script itself says, whatever is typed', () => {
    assert.equal(masked('wrong', 'wrong password'), 'wrong password')
    assert.equal(masked('password', 'wrong password'), 'wrong password')
    assert.equal(masked('email', 'Wrong email or password.'), 'Wrong email or password.')
    assert.equal(masked('word', 'a password, words and keywords'), 'a password, words and keywords')
  })

  test('masks a typed password where it stands as a value, also a word of the script [guard: whole-words-masked]', () => {
    const cases: [password: string, text: string, masked: string][] = [
      ['wrong', 'login ada@legacy.example wrong', 'login ada@legacy.example [password]'],
      ['wrong', '{"password":"wrong"}', '{"password":"[password]"}'],
      ['wrong', 'wrong', '[password]'],
      ['hunter2', 'at=hunter2&x', 'at=[password]&x'],
      ['hunter2', 'a%20hunter2%0A', 'a%20[password]%0A'],
      ['hunter2', String.raw`"a\nhunter2\t"`, String.raw`"a\n[password]\t"`],
      ['p"w\\d!', String.raw`{"p":"p\"w\\d!"}`, '{"p":"[password]"}'],
      ['$&$1(x)', 'was $&$1(x).', 'was [password].'],
      ['hunter2', `basic ${Buffer.from('hunter2').toString('base64')}`, 'basic [password]'],
      ['hunter2hunter2', 'xhunter2hunter2x', 'x[password]x'],
      ['schönes', 'das schönes Wort, schönesWort', 'das [password] Wort, schönesWort'],
    ]
    for (const [password, text, expected] of cases) assert.equal(masked(password, text), expected)
  })
})

test('the mask leaves the names that it writes as they are', () => {
  const mask = secretMask(
    [
      { name: 'one two', text: 'first' },
      { name: 'three', text: 'one two' },
    ],
    source,
  )
  assert.equal(mask('first, one two'), '[one two], [three]')
})

describe('the mask of many secrets', () => {
  // As many as 100 values of rules and 20 actions with 30 secrets have.
  const many = Array.from({ length: 700 }, (_, nth) => ({ name: `secrets.${nth}`, text: `v${nth}-"k7Qm2Zx9Lr4Tb8Wd"` }))
  const mask = secretMask(many, source)

  test('finds each one as it is, and the last one in JSON only as far as 500 further forms reach [guard: every-secret-masked]', () => {
    for (const { name, text } of many) assert.equal(mask(`is ${text}.`), `is [${name}].`)
    assert.equal(mask(JSON.stringify([many[0]!.text])), '["[secrets.0]"]')
    assert.notEqual(mask(JSON.stringify([many.at(-1)!.text])), '["[secrets.699]"]')
  })

  test('of few secrets finds the last one in every encoding', () => {
    const few = secretMask(many.slice(0, 70), source)
    const { text } = many[69]!
    for (const form of [JSON.stringify(text).slice(1, -1), encodeURIComponent(text), Buffer.from(text).toString('hex')])
      assert.equal(few(form), '[secrets.69]')
  })
})

describe('the mask of stored hashes', () => {
  const cases: [text: string, masked: string][] = [
    ['row $2b$10$IwHyjLTfwzmoHmgE0hbxoOcNYD98ombA8BLzj', 'row [hash]'],
    ['row {SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', 'row [hash]'],
    ['5f4dcc3b5aa765d61d8327deb882cf99', '[hash]'],
    ['{ hash: <Buffer 5f 4d cc 3b 5a a7 ... 12 more bytes> }', '{ hash: [bytes] }'],
    ['[ <Buffer 5f 4d>, <Buffer cc 3b, of: "a"> ]', '[ [bytes], [bytes] ]'],
    ['cut <Buffer 5f 4d cc', 'cut [bytes]'],
    ['{"type":"Buffer","data":[95,77,204,59,90,167]}', '{"type":"Buffer","data":[bytes]}'],
    ['crypt rl0dW3mSVpJ9o of ada', 'crypt [hash] of ada'],
  ]
  for (const [text, expected] of cases) {
    test(`replaces that of ${text}`, () => assert.equal(maskHashes(text), expected))
  }

  test('keeps times, addresses, names and statements', () => {
    for (const text of ['1764364288000', '192.168.10.12', 'select id from customers', 'getaddrinfo ENOTFOUND db']) {
      assert.equal(maskHashes(text), text)
    }
  })
})
