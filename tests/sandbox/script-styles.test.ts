/** Login scripts in the styles in which people write them for Auth0 run unchanged: declarations, compilers, callbacks, clients, errors. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { ScriptResult } from '../../src/sandbox/script-types.ts'
import { openTestRuntime } from './test-runtime.ts'

const runtime = openTestRuntime()
const server = createServer((request, response) => {
  const [, status] = /^\/status\/(\d+)$/.exec(request.url ?? '') ?? []
  const is_known = request.url !== '/basic' || request.headers.authorization !== undefined
  const user = JSON.stringify({ user_id: 7, email: 'ada@shop.example' })
  const answer = () => {
    response.writeHead(Number(status ?? (is_known ? 200 : 401)), { 'content-type': 'application/json' }).end(user)
  }
  request.resume().on('end', answer)
})
let host = ''
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(() => server.close())

const run = (source: string): Promise<ScriptResult> =>
  runtime.run(source, {
    args: ['ada@shop.example', 'Secret-4711'],
    configuration: { URL: `http://${host}` },
    egress: { mode: 'open', allow: [host, '127.0.0.1:1'], private_networks: true },
  })

/** A script with this body, in the plainest style. */
const plain = (body: string): string => `function login(email, password, callback) { ${body} }`
const asynchronous = (body: string): string => `async function login(email, password, callback) { ${body} }`
const profile = '{ user_id: 7, email: email }'

const declared: Record<string, string> = {
  anonymous: `function (email, password, callback) { callback(null, ${profile}) };`,
  'an arrow function in parentheses': `(async (email, password, callback) => { callback(null, ${profile}) })`,
  'assigned to a variable': `let login = async function (email, password, callback) { callback(null, ${profile}) };`,
  'declared first, assigned later': `var login; login = function (email, password, callback) { callback(null, ${profile}) }`,
  'exported by name': `exports.login = async function (email, password, callback) { callback(null, ${profile}) }`,
  'a member of the exports': `const login = async (email, password, callback) => { callback(null, ${profile}) }
    module.exports = { login }`,
  'made by a function': `(function () { const cache = {}; return function (email, password, callback) { callback(null, ${profile}) } })()`,
  'with a helper before it': `class Store { async find(email) { return ${profile} } }
    ${asynchronous('callback(null, await new Store().find(email))')}`,
  'with a helper after it': `${asynchronous('callback(null, await find(email))')}
    async function find(email) { return ${profile} }`,
  'of another name': `async function authenticateUser(email, password, callback) { callback(null, ${profile}) }`,
  'with comments around it': `/* global configuration */\n// @ts-check\n${plain(`callback(null, ${profile})`)} // the end`,
  'with a byte order mark and Windows line ends': `\uFEFFfunction login(email, password, callback) {\r\n  callback(null, ${profile})\r\n}\r\n`,
  'compiled by TypeScript': `"use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.login = void 0;
    const axios_1 = require("axios");
    const login = (email, password, callback) => axios_1.default.post(configuration.URL, {}).then(({ data }) => callback(null, data));
    exports.login = login;
    exports.default = login;`,
  'compiled by Babel': `"use strict";
    function login(_x, _x2, _x3) { return _login.apply(this, arguments) }
    function _login() { _login = async function (email, password, callback) { return callback(null, ${profile}) }; return _login.apply(this, arguments) }`,
  'with implicit globals and `with`': plain(
    `user = ${profile}; for (i = 0; i < 2; i++) {} with ({ n: 010 }) { callback(null, user) }`,
  ),
}

const answered: Record<string, string> = {
  'a returned profile': `async function login(email, password) { return ${profile} }`,
  'a callback in `arguments`': `function login() { var email = arguments[0]; arguments[arguments.length - 1](null, ${profile}) }`,
  'a callback and later errors': plain(
    `callback(null, ${profile}); callback(new Error('late')); throw new Error('later')`,
  ),
  'a callback before a rejection': asynchronous(
    `try { return callback(null, ${profile}) } finally { await undefined.end() }`,
  ),
  'values that JSON lacks': plain(
    'callback(null, { user_id: 7n, email: email, at: new Date(0), all: new Map(), bytes: Buffer.from("a") })',
  ),
  'nested timers': plain(
    `setImmediate(() => process.nextTick(() => queueMicrotask(() => callback(null, ${profile}))))`,
  ),
}

const clients: Record<string, string> = {
  'request with credentials':
    plain(`request.get({ url: configuration.URL + '/basic', auth: { username: email, password: password } }, function (err, response, body) {
    if (err || response.statusCode !== 200) return callback(err || new WrongUsernameOrPasswordError(email))
    callback(null, JSON.parse(body)) })`),
  'request with defaults':
    plain(`const api = request.defaults({ baseUrl: configuration.URL, json: true, strictSSL: false })
    api.post('/json', { body: { email } }, (err, response, body) => err ? callback(err) : callback(null, body))`),
  'request as a stream':
    plain(`require('request@2.81.0').post(configuration.URL + '/form', { form: { email: email } }).on('error', callback)
    .on('response', function (response) { response.resume(); callback(null, ${profile}) })`),
  'request-promise': asynchronous(
    `callback(null, await require('request-promise@1.0.2')({ uri: configuration.URL + '/json', json: true }))`,
  ),
  'axios with an instance':
    asynchronous(`const api = require('axios@0.22.0').create({ baseURL: configuration.URL, timeout: 3000 })
    api.interceptors.response.use((response) => response, (error) => Promise.reject(error))
    const { data } = await api.post('/json', { email }, { validateStatus: (status) => status < 500 }); callback(null, data)`),
  'axios with an agent': asynchronous(`const { Agent } = require('https')
    const { data } = await require('axios').default.get(configuration.URL, { httpsAgent: new Agent({ rejectUnauthorized: false }) }); callback(null, data)`),
  'node-fetch':
    asynchronous(`const fetch = require('node-fetch@2.6.0'); const body = new URLSearchParams(); body.append('email', email)
    const response = await fetch(configuration.URL + '/form', { method: 'POST', body, timeout: 1000 }); callback(null, await response.json())`),
  fetch: asynchronous(`const abort = new AbortController(); const timer = setTimeout(() => abort.abort(), 2000)
    const response = await fetch(configuration.URL, { signal: abort.signal }); clearTimeout(timer); callback(null, await response.json())`),
  http: plain(`const { parse } = require('url'); const to = parse(configuration.URL + '/json'); const data = JSON.stringify({ email })
    const sent = require('http').request({ hostname: to.hostname, port: to.port, path: to.path, method: 'POST', headers: { 'Content-Length': Buffer.byteLength(data) } },
      (response) => { let text = ''; response.setEncoding('utf8'); response.on('data', (part) => { text += part }); response.on('end', () => callback(null, JSON.parse(text))) })
    sent.on('error', callback); sent.write(data); sent.end()`),
}

const modules: Record<string, string> = {
  'old forms of Buffer': plain(
    `var text = new Buffer(password, 'utf8').toString('base64') + Buffer('abc').toString('hex'); callback(null, { user_id: 7, email: email, text: text })`,
  ),
  'hashes of crypto':
    plain(`const { createHash, pbkdf2Sync, timingSafeEqual } = crypto; createHash('ripemd160').update(createHash('md5').update(password).digest()).digest('hex')
    const key = pbkdf2Sync(password, 'salt', 1000, 64, 'sha512'); if (!timingSafeEqual(key, key)) return callback(new Error('differs'))
    crypto.scrypt(password, 'salt', 32, (err) => callback(err, ${profile}))`),
  'bcrypt, promisified, for a hash of PHP':
    asynchronous(`const bcrypt = require('bcrypt@5.0.1'); const hash = bcrypt.hashSync(password, 4).replace('$2b$', '$2y$')
    const same = await require('util').promisify(bcrypt.compare)(password, hash); callback(null, same ? ${profile} : null)`),
  'all forms of uuid':
    plain(`const { v4 } = require('uuid@8'); const old = require('uuid@3.3.2'); const made = [v4(), old(), old.v1(), require('uuid/v4')(), uuid.v4()]
    callback(null, new Set(made).size === 5 ? ${profile} : null)`),
  jsonwebtoken: plain(`const token = require('jsonwebtoken@8.5.0').sign({ sub: '7' }, 'secret', { expiresIn: '1h' })
    jwt.verify(token, 'secret', function (err, { sub } = {}) { callback(err, { user_id: sub, email: email, alg: jwt.decode(token, { complete: true }).header.alg }) })`),
  'jose of before 3':
    plain(`const { JWK, JWT } = require('jose@1.28.0'); const key = JWK.asKey(Buffer.alloc(32, 1)); const token = JWT.sign({ sub: '7' }, key)
    callback(null, { user_id: JWT.verify(token, key).sub, email })`),
  'jose of today':
    asynchronous(`const { SignJWT, jwtVerify } = require('jose'); const key = new TextEncoder().encode(password.repeat(3))
    const token = await new SignJWT({ sub: '7' }).setProtectedHeader({ alg: 'HS256' }).sign(key); callback(null, { user_id: (await jwtVerify(token, key)).payload.sub, email })`),
  'jwks-rsa': plain(
    `require('jwks-rsa')({ jwksUri: configuration.URL }).getSigningKey('k', (err) => callback(null, err ? ${profile} : null))`,
  ),
  'crypto-js and moment': plain(
    `const hash = require('crypto-js').SHA256('x').toString(); callback(null, { user_id: hash.slice(0, 1) === '2' ? 7 : 8, email, at: require('moment')(0).utc().format('YYYY') })`,
  ),
  'bluebird and q': plain(
    `require('bluebird').delay(1, ${profile}).asCallback(function (err, user) { require('q')(user).then(function (u) { callback(err, u) }).fail(callback) })`,
  ),
  'async and lodash': plain(
    `async.waterfall([function (next) { next(null, 7) }, function (id, next) { next(null, { user_id: _.toString(id), email: email }) }], callback)`,
  ),
  'auth0 2':
    plain(`const { ManagementClient, AuthenticationClient } = require('auth0@2.17.0'); const api = new ManagementClient({ domain: 'a.example', token: 't' })
    const login = new AuthenticationClient({ domain: 'a.example', clientId: 'c' }); callback(null, api.getUsersByEmail && login.passwordGrant ? ${profile} : null)`),
  'amazon-cognito-identity-js':
    plain(`global.fetch = require('node-fetch'); const { CognitoUserPool, CognitoUser } = require('amazon-cognito-identity-js@3.0.14')
    const user = new CognitoUser({ Username: email, Pool: new CognitoUserPool({ UserPoolId: 'us-east-1_abcdefghi', ClientId: 'c' }) }); callback(null, { user_id: 7, email: user.getUsername() })`),
}

for (const [kind, scripts] of Object.entries({ declared, answered, clients, modules })) {
  describe(`a login script finds the user: ${kind}`, () => {
    for (const [style, source] of Object.entries(scripts)) {
      test(style, async () => {
        const result = await run(source)
        assert.equal(result.kind, 'returned', JSON.stringify(result))
        const [user] = result.kind === 'returned' ? result.values : []
        assert.equal(String((user as { user_id?: unknown } | null)?.user_id), '7', JSON.stringify(result))
      })
    }
  })
}

type Failure = { name?: string; message?: RegExp; code?: string; status?: number }
const refused = 'ECONNREFUSED'
const failures: Record<string, [source: string, error: Failure]> = {
  'a thrown WrongUsernameOrPasswordError': [
    asynchronous('throw new WrongUsernameOrPasswordError(email)'),
    { name: 'WrongUsernameOrPasswordError' },
  ],
  'a text': [plain("callback('no such user')"), { name: 'Error', message: /^no such user$/ }],
  'an object': [plain("callback({ message: 'bad', code: 'E_BAD' })"), { message: /^bad$/, code: 'E_BAD' }],
  'an error with a status': [
    plain("require('axios').get(configuration.URL + '/status/500').catch(callback)"),
    { status: 500 },
  ],
  'a rejection of request-promise': [
    plain(
      "require('request-promise')(configuration.URL + '/status/401').catch((err) => callback(err.statusCode === 401 ? new WrongUsernameOrPasswordError(email) : err))",
    ),
    { name: 'WrongUsernameOrPasswordError' },
  ],
  'an exception in a timer': [
    plain('setTimeout(function () { callback(null, { user_id: [][0].id }) }, 5)'),
    { name: 'TypeError' },
  ],
  'bcrypt with no hash': [
    plain('bcrypt.compare(password, null, (err) => callback(err))'),
    { message: /data and hash/ },
  ],
  'the global mysql': [
    plain(
      "var db = mysql({ host: '127.0.0.1', port: 1, user: 'a' }); db.connect(); db.query('select ?', [email], (err) => callback(err))",
    ),
    { code: refused },
  ],
  'the global postgres': [plain("postgres('postgres://a:b@127.0.0.1:1/c', (err) => callback(err))"), { code: refused }],
  'pg of 4': [
    plain(
      "const { Client, defaults } = require('pg@4.3.0'); defaults.ssl = false; new Client('postgres://a:b@127.0.0.1:1/c').connect((err) => callback(err))",
    ),
    { code: refused },
  ],
  'the global sqlserver': [
    plain(
      "var db = sqlserver.connect({ userName: 'a', password: 'b', server: '127.0.0.1', options: { port: 1, encrypt: true } }); db.on('debug', () => {}).on('connect', callback)",
    ),
    { code: 'ESOCKET' },
  ],
  'ldapjs of 1': [
    plain(
      "const client = require('ldapjs@1.0.2').createClient({ url: 'ldap://127.0.0.1:1' }); client.on('error', (err) => callback(err)); client.bind('cn=a', 'x', () => {})",
    ),
    { message: /ECONNREFUSED/ },
  ],
}

describe('a login script fails', () => {
  for (const [style, [source, { message, ...expected }]] of Object.entries(failures)) {
    test(style, async () => {
      const result = await run(source)
      assert.ok(result.kind === 'failed', JSON.stringify(result))
      assert.partialDeepStrictEqual(result.error, expected)
      if (message) assert.match(result.error.message, message)
    })
  }
})
