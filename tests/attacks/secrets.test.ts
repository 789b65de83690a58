import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { member, objects, send, startHouse, type Answer, type TestClient, type TestHouse } from '../support/house.ts'

// Each is used once in a run and must then be nowhere but where it belongs.
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

/** A text in the forms in which it is written to logs and stores. */
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
  let house: TestHouse
  let client: TestClient
  const told: string[] = []
  let events = ''
  let script_lines = ''
  let ledger = ''
  const hear = (answer: Answer): Answer => {
    told.push(answer.text, JSON.stringify([...answer.headers]))
    return answer
  }

  before(async () => {
    house = await startHouse({ env: { WHERRY_LOG_LEVEL: 'trace' }, keep_data: true })
    client = await house.createClient()
    const scripts = {
      login: `function login(name, password, callback) { // ${comment}
        const said = 'for ' + JSON.stringify({ name, password }) + ' at ' + configuration.DSN + ' with ' + configuration.BARE + ' or ' + encodeURIComponent(password) + ' ' + Buffer.from(password).toString('base64')
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
        if (name.startsWith('fails')) return callback(new Error('lookup failed at ' + configuration.DSN + configuration.BARE))
        callback(null, name.startsWith('resets') ? { user_id: 'resets', email: name } : null)
      }`,
    }
    const connection = await house.createConnection(
      'legacy',
      {
        enabledDatabaseCustomization: true,
        import_mode: true,
        customScripts: scripts,
        configuration: { DSN: configured },
        bareConfiguration: { BARE: bare },
      },
      [client],
    )
    await house.must('PATCH', `connections/${connection}`, {
      options: {
        enabledDatabaseCustomization: true,
        import_mode: true,
        customScripts: scripts,
        configuration: { DSN: configured, BARE: bare },
      },
    })
    secrets['a client secret'] = client.client_secret
    secrets['the secret of the first client'] = house.first_run.management_client_secret
    secrets['a management token'] = await house.managementToken()

    for (const name of ['fails', 'throws', 'denied', 'refused', 'wrong', 'odd', 'lost']) {
      hear(await house.login(client, 'legacy', `${name}@legacy.example`, wrong))
    }
    const moved = hear(
      await house.login(client, 'legacy', 'moves@legacy.example', legacy, { scope: 'openid offline_access' }),
    )
    assert.equal(moved.status, 200, moved.text)
    told.length -= 2
    secrets['an access token'] = String(member(moved.json, 'access_token'))
    secrets['an ID token'] = String(member(moved.json, 'id_token'))
    secrets['a refresh token'] = String(member(moved.json, 'refresh_token'))
    hear(await house.login(client, 'legacy', 'moves@legacy.example', wrong))
    const refreshed = await house.post('oauth/token', {
      grant_type: 'refresh_token',
      ...client,
      refresh_token: secrets['a refresh token'],
    })
    secrets['the next refresh token'] = String(member(refreshed.json, 'refresh_token'))
    hear(
      await house.post('oauth/token', {
        grant_type: 'refresh_token',
        ...client,
        refresh_token: secrets['a refresh token'],
      }),
    )
    hear(
      await house.post('oauth/token', {
        grant_type: 'client_credentials',
        client_id: client.client_id,
        client_secret: wrong,
      }),
    )
    hear(await send(new URL(`userinfo?access_token=${secrets['an access token']}x`, house.issuer).href))

    hear(
      await house.post('dbconnections/signup', {
        client_id: client.client_id,
        connection: 'legacy',
        email: 'new@legacy.example',
        password: signed_up,
      }),
    )
    hear(
      await house.post('dbconnections/signup', {
        client_id: client.client_id,
        connection: 'legacy',
        email: 'fails@legacy.example',
        password: signed_up,
      }),
    )
    hear(await house.api('POST', 'users', { connection: 'legacy', email: 'made@legacy.example', password: admin }))
    hear(await house.api('POST', 'users', { connection: 'legacy', email: 'made@legacy.example', password: admin }))
    hear(await house.api('POST', 'users', { connection: 'legacy', email: 7, password: admin }))
    for (const email of ['moves@legacy.example', 'resets@legacy.example', 'fails@legacy.example']) {
      await house.post('dbconnections/change_password', { client_id: client.client_id, connection: 'legacy', email })
    }
    const mails = await house.outbox()
    for (const [number, mail] of mails.entries()) {
      const ticket = /ticket=([A-Za-z0-9]{32})/.exec(String(mail['text']))?.[1] ?? ''
      secrets[`the ticket of mail ${number}`] = ticket
      if (!/reset-verify/.test(String(mail['text']))) continue
      hear(await send(new URL(`u/reset-verify?ticket=${ticket}x`, house.issuer).href))
      hear(
        await send(new URL('u/reset-password', house.issuer).href, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({ ticket, password: chosen, password_repeat: chosen }).toString(),
        }),
      )
    }
    secrets['the ticket of the first admin'] = new URL(house.first_run.admin_setup_url).searchParams.get('ticket') ?? ''
    // Broken bodies, whose words must not come back.
    hear(await house.post('oauth/token', `{"grant_type":"password","password":"${chosen}`))
    hear(
      await house.post('api/v2/users', `{"password":"${admin}`, {
        authorization: `Bearer ${secrets['a management token']}`,
      }),
    )

    await house.house.background.drained()
    events = JSON.stringify(await house.logs())
    const shown = await house.must('GET', `connections/${connection}/script-logs?take=100`)
    script_lines = JSON.stringify(shown)
    ledger = JSON.stringify(await house.records(connection))
    for (const record of await house.records(connection)) {
      ledger += JSON.stringify(
        await house.must('GET', `migrations/${connection}/records/${String(record['record_id'])}`),
      )
    }
    const shown_connection = (await house.must('GET', `connections/${connection}`)) as JsonObject
    ledger += JSON.stringify(member(shown_connection['options'], 'configuration'))
    assert.ok(objects(await house.logs()).length > 20)
  })
  after(async () => {
    const { rmSync } = await import('node:fs')
    rmSync(house.data_dir, { recursive: true, force: true })
  })

  const nowhereIn = (where: string, text: string): void => {
    for (const [what, secret] of Object.entries(secrets)) {
      assert.ok(secret.length >= 12, what)
      for (const form of formsOf(secret)) {
        const at = text.indexOf(form)
        assert.equal(at, -1, `${what} in ${where}: …${text.slice(Math.max(0, at - 80), at + form.length)}…`)
      }
    }
  }

  test('leaves none of them in the process log, at its most talkative', () => {
    assert.ok(house.lines.length > 30)
    nowhereIn('the process log', house.lines.join(''))
  })
  test('leaves none of them in the log events', () => nowhereIn('the log events', events))
  test('leaves none of them in the ledger and its history, nor in a connection that is read back', () =>
    nowhereIn('the ledger', ledger))
  test('leaves none of them in the script log', () => nowhereIn('the script log', script_lines))
  test('gives none of them back in an answer', () => nowhereIn('the answers', told.join('\n')))
  test('keeps none of them in the files of the store, and those to the owner alone', async () => {
    await house.close()
    const files = filesBelow(house.data_dir)
    assert.ok(files.length >= 3)
    for (const file of files) {
      assert.equal(statSync(file).mode & 0o077, 0, `${file} is the owner's alone`)
      if (/first-run\.json$|secret\.key$/.test(file)) continue
      const bytes = readFileSync(file).toString('latin1')
      // Scripts are the tenant's own text and kept as such.
      const { 'a comment in a script': _, ...rest } = secrets
      for (const [what, secret] of Object.entries(rest)) {
        for (const form of formsOf(secret)) assert.equal(bytes.includes(form), false, `${what} in ${file}`)
      }
    }
    assert.equal(statSync(house.data_dir).mode & 0o077, 0, "the folder is the owner's alone")
  })
})
