/** Scripts that use `firebase` sign users in with either of its interfaces, against a server that speaks Identity Toolkit's REST. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { readScriptResult } from '../../src/connections/action-script-result.ts'
import { freePort } from '../support/free-port.ts'
import { openTestRuntime } from './test-runtime.ts'

const runtime = openTestRuntime()
const user = { localId: 'fire-7', email: 'ann@shop.test', emailVerified: true, displayName: 'Ann' }
const id_token = `${btoa('{"alg":"none"}')}.${btoa('{"exp":9999999999,"iat":1,"sub":"fire-7"}')}.`

// The fields of https://cloud.google.com/identity-platform/docs/reference/rest/v1/accounts that the client reads.
const identity_toolkit = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk.toString()))
  request.on('end', () => {
    const answer = (status: number, value: object): unknown =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (request.url?.includes('accounts:lookup')) return answer(200, { users: [user] })
    if (!request.url?.includes('accounts:signInWithPassword')) return answer(404, {})
    const { password } = JSON.parse(body) as { password: string }
    if (password !== 'right') return answer(400, { error: { code: 400, message: 'INVALID_LOGIN_CREDENTIALS' } })
    return answer(200, { ...user, idToken: id_token, refreshToken: 'r', expiresIn: '3600' })
  })
})
before(() => new Promise<void>((resolve) => identity_toolkit.listen(0, '127.0.0.1', resolve)))
after(() => identity_toolkit.close())

const profile = `cb(null, { user_id: user.uid, email: user.email, email_verified: user.emailVerified, name: user.displayName })`
const failure = `cb(/wrong-password|invalid-credential|invalid-login/.test(error.code) ? new WrongUsernameOrPasswordError(email) : error)`

const namespaced = (module: string): string => `(email, password, cb) => {
  const firebase = require('${module}')
  if (!global.ready) firebase.initializeApp({ apiKey: 'k', projectId: 'shop' })
  if (!global.ready) firebase.auth().useEmulator(configuration.url)
  global.ready = true
  firebase.auth().signInWithEmailAndPassword(email, password).then(({ user }) => ${profile}, (error) => ${failure})
}`
const functions = (pin: string): string => `async (email, password, cb) => {
  const { initializeApp } = require('firebase${pin}/app')
  const { getAuth, connectAuthEmulator, signInWithEmailAndPassword } = require('firebase${pin}/auth')
  const auth = (global.auth ??= getAuth(initializeApp({ apiKey: 'k', projectId: 'shop' })))
  if (!auth.emulatorConfig) connectAuthEmulator(auth, configuration.url, { disableWarnings: true })
  try {
    const { user } = await signInWithEmailAndPassword(auth, email, password)
    ${profile}
  } catch (error) { ${failure} }
}`
const sources: Record<string, string> = {
  "require('firebase@3.6.0')": namespaced('firebase@3.6.0'),
  "require('firebase')": namespaced('firebase'),
  "require('firebase/app') with the namespace": namespaced('firebase/app'),
  "require('firebase/app') with functions": functions(''),
  "require('firebase@11.0.0/app')": functions('@11.0.0'),
}

for (const [name, source] of Object.entries(sources))
  test(`${name} signs a user in, and tells a wrong password from an outage`, async () => {
    const { port } = identity_toolkit.address() as AddressInfo
    const login = async (password: string, to: number) =>
      await runtime.run(source, {
        unit: `${name} ${to}`,
        args: ['ann@shop.test', password],
        configuration: { url: `http://127.0.0.1:${to}` },
        egress: { mode: 'open', allow: [`127.0.0.1:${to}`], private_networks: true },
      })
    const moved = await login('right', port)
    assert.ok(moved.kind === 'returned', JSON.stringify(moved))
    assert.deepEqual(moved.values.at(-1), { user_id: 'fire-7', email: user.email, email_verified: true, name: 'Ann' })
    const refused = await login('wrong', port)
    assert.equal(refused.kind === 'failed' && refused.error.name, 'WrongUsernameOrPasswordError')
    const unreachable = readScriptResult(await login('right', await freePort()))
    assert.equal(unreachable.kind === 'failed' && unreachable.outcome, 'legacy_unreachable')
  })

test('a product of firebase that is not there is an error that names those that are', async () => {
  const result = await runtime.run(`(cb) => cb(null, require('firebase/firestore'))`)
  assert.ok(result.kind === 'failed')
  assert.match(result.error.message, /firebase\/firestore.*app, auth, database.*REST/)
})
