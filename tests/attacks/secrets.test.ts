import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { member, objects, ticketIn, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

// Each is used in the run and must be found only where it is kept on purpose.
const secrets: Record<string, string> = {
  'the legacy password': 'legacy-PASSWORD-"quoted"&-7f3a9c',
  'a wrong password': 'wrong-PASSWORD-"quoted"&-5be210',
  'a chosen password': 'Chosen-PASSWORD-1-c41d77',
  'the password of a sign-up': 'Signup-PASSWORD-1-09ee51',
  'the password of an administrator': 'Admin-PASSWORD-1-77aa10',
  'a configuration value': 'postgres://legacy:config-SECRET-66d2@db/x',
  'a bare configuration value': 'bare-SECRET-19ab44',
  'a comment in a script': 'script-SOURCE-8d11f0',
}
const [legacy = '', wrong = '', chosen = '', signed_up = '', admin = '', configured = '', bare = '', comment = ''] =
  Object.values(secrets)

/** The encodings in which a text may be written to logs and stores. */
function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1)
  return [
    ...new Set([
      secret,
      json,
      JSON.stringify(json).slice(1, -1),
      encodeURIComponent(secret),
      new URLSearchParams({ x: secret }).toString().slice(2),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
      Buffer.from(secret).toString('hex'),
    ]),
  ]
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  )
}

describe('a run that uses every kind of secret', () => {
  let server: TestServer
  let client: TestClient
  const answered: string[] = []
  let events = ''
  let script_lines = ''
  let ledger = ''
  const record = (answer: Answer): Answer => {
    answered.push(answer.text, JSON.stringify([...answer.headers]))
    return answer
  }

  before(async () => {
    server = await startTestServer({ env: { WHERRY_LOG_LEVEL: 'trace' } })
    client = await server.createClient()
    const scripts = {
      login: `function login(name, password, callback) { // ${comment}
        const said = 'for ' + JSON.stringify({ name, password }) + ' at ' + configuration.DSN + ' with ' + configuration.BARE_TOKEN + ' or ' + encodeURIComponent(password) + ' ' + Buffer.from(password).toString('base64')
        console.log('login', name, password, { configuration }, said)
        if (name.startsWith('fails')) return callback(new Error('query failed ' + said))
        if (name.startsWith('throws')) throw new TypeError('broken ' + said)
        if (name.startsWith('denied')) return callback(new UnauthorizedError('denied ' + said))
        if (name.startsWith('refused')) return callback(new ValidationError('code', 'refused ' + said))
        if (name.startsWith('wrong')) return callback(new WrongUsernameOrPasswordError(password, 'wrong ' + said))
        if (name.startsWith('odd')) return callback(null, { user_id: said, email: name })
        if (name.startsWith('lost')) { require('net').connect(1, '127.0.0.1').on('error', (error) => callback(Object.assign(error, { message: error.message + said }))); return }
        callback(null, { user_id: name.split('@')[0], email: name, password, password_hash: password, nickname: 'plain', app_metadata: {} })
      }`,
      get_user: `function getUser(name, callback) {
        if (name.startsWith('fails')) return callback(new Error('lookup failed at ' + configuration.DSN + configuration.BARE_TOKEN))
        callback(null, name.startsWith('resets') ? { user_id: 'resets', email: name } : null)
      }`,
    }
    const connection = await server.createConnection(
      'legacy',
      {
        enabledDatabaseCustomization: true,
        import_mode: true,
        customScripts: scripts,
        configuration: { DSN: configured },
        bareConfiguration: { BARE_TOKEN: bare },
      },
      [client],
    )
    await server.must('PATCH', `connections/${connection}`, {
      options: {
        enabledDatabaseCustomization: true,
        import_mode: true,
        customScripts: scripts,
        configuration: { DSN: configured, BARE_TOKEN: bare },
      },
    })
    secrets['a client secret'] = client.client_secret
    secrets['the secret of the first client'] = server.first_run.management_client_secret
    secrets['a management token'] = await server.managementToken()

    for (const name of ['fails', 'throws', 'denied', 'refused', 'wrong', 'odd', 'lost']) {
      record(await server.login(client, 'legacy', `${name}@legacy.example`, wrong))
    }
    const moved = record(
      await server.login(client, 'legacy', 'moves@legacy.example', legacy, { scope: 'openid offline_access' }),
    )
    assert.equal(moved.status, 200, moved.text)
    answered.length -= 2
    secrets['an access token'] = String(member(moved.json, 'access_token'))
    secrets['an ID token'] = String(member(moved.json, 'id_token'))
    secrets['a refresh token'] = String(member(moved.json, 'refresh_token'))
    record(await server.login(client, 'legacy', 'moves@legacy.example', wrong))
    const refreshed = await server.post('/oauth/token', {
      grant_type: 'refresh_token',
      ...client,
      refresh_token: secrets['a refresh token'],
    })
    secrets['the next refresh token'] = String(member(refreshed.json, 'refresh_token'))
    record(
      await server.post('/oauth/token', {
        grant_type: 'refresh_token',
        ...client,
        refresh_token: secrets['a refresh token'],
      }),
    )
    record(
      await server.post('/oauth/token', {
        grant_type: 'client_credentials',
        client_id: client.client_id,
        client_secret: wrong,
      }),
    )
    record(await server.send(`/userinfo?access_token=${secrets['an access token']}x`))

    record(
      await server.post('/dbconnections/signup', {
        client_id: client.client_id,
        connection: 'legacy',
        email: 'new@legacy.example',
        password: signed_up,
      }),
    )
    record(
      await server.post('/dbconnections/signup', {
        client_id: client.client_id,
        connection: 'legacy',
        email: 'fails@legacy.example',
        password: signed_up,
      }),
    )
    record(await server.api('POST', 'users', { connection: 'legacy', email: 'made@legacy.example', password: admin }))
    record(await server.api('POST', 'users', { connection: 'legacy', email: 'made@legacy.example', password: admin }))
    record(await server.api('POST', 'users', { connection: 'legacy', email: 7, password: admin }))
    for (const email of ['moves@legacy.example', 'resets@legacy.example', 'fails@legacy.example']) {
      await server.post('/dbconnections/change_password', { client_id: client.client_id, connection: 'legacy', email })
    }
    const mails = await server.outbox()
    for (const [number, mail] of mails.entries()) {
      const ticket = ticketIn(String(mail['text']))
      secrets[`the ticket of mail ${number}`] = ticket
      if (!/reset-verify/.test(String(mail['text']))) continue
      record(await server.send(`/u/reset-verify?ticket=${ticket}x`))
      record(
        await server.post(
          '/u/reset-password',
          new URLSearchParams({ ticket, password: chosen, password_repeat: chosen }),
        ),
      )
    }
    secrets['the ticket of the first admin'] = ticketIn(server.first_run.admin_setup_url)
    // Malformed bodies, which must not be quoted.
    record(await server.post('/oauth/token', `{"grant_type":"password","password":"${chosen}`))
    record(
      await server.post('/api/v2/users', `{"password":"${admin}`, {
        authorization: `Bearer ${secrets['a management token']}`,
      }),
    )

    await server.settle()
    events = JSON.stringify(await server.logs())
    const shown = await server.must('GET', `connections/${connection}/script-logs?take=100`)
    script_lines = JSON.stringify(shown)
    ledger = JSON.stringify(await server.records(connection))
    for (const { record_id } of await server.records(connection)) {
      ledger += JSON.stringify(await server.must('GET', `migrations/${connection}/records/${String(record_id)}`))
    }
    const shown_connection = (await server.must('GET', `connections/${connection}`)) as JsonObject
    ledger += JSON.stringify(member(shown_connection['options'], 'configuration'))
    assert.ok(objects(await server.logs()).length > 20)
  })
  after(async () => await server.close())

  const assertNotIn = (where: string, text: string): void => {
    for (const [what, secret] of Object.entries(secrets)) {
      assert.ok(secret.length >= 12, what)
      for (const form of formsOf(secret)) {
        const at = text.indexOf(form)
        assert.equal(at, -1, `${what} in ${where}: …${text.slice(Math.max(0, at - 80), at + form.length)}…`)
      }
    }
  }

  test('writes none of them to the process log at level trace', () => {
    assert.ok(server.lines.length > 30)
    assertNotIn('the process log', server.lines.join(''))
  })
  test('writes none of them to log events', () => assertNotIn('the log events', events))
  test('writes none of them to the ledger, its history, or a connection that is read back', () =>
    assertNotIn('the ledger', ledger))
  test('writes none of them to the script log', () => assertNotIn('the script log', script_lines))
  test('answers none of them', () => assertNotIn('the answers', answered.join('\n')))
  test('writes none of them to the files of the store, which only the owner can read', async () => {
    await server.stop()
    const files = filesBelow(server.data_dir)
    assert.ok(files.length >= 3)
    for (const file of files) {
      assert.equal(statSync(file).mode & 0o077, 0, `${file} is readable by its owner only`)
      if (/first-run\.json$|secret\.key$/.test(file)) continue
      const bytes = readFileSync(file).toString('latin1')
      // Scripts are stored as plain text.
      const { 'a comment in a script': _, ...rest } = secrets
      for (const [what, secret] of Object.entries(rest)) {
        for (const form of formsOf(secret)) assert.equal(bytes.includes(form), false, `${what} in ${file}`)
      }
    }
    assert.equal(statSync(server.data_dir).mode & 0o077, 0, 'the folder is readable by its owner only')
  })
})
