// Several servers of one installation on one PostgreSQL, as behind a load balancer: every promise holds across them.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject } from '../../src/base/json.ts'
import { failures_per_identifier } from '../../src/login/brute-force-protection.ts'
import { peopleOptions, type Scripted } from '../login/people-scripts.ts'
import { request, startServer, type HttpAnswer, type ServerProcess } from '../server/server-process.ts'
import { startPostgres } from '../support/postgres.ts'
import type { DatabaseServer } from '../support/test-database.ts'

const host = 'wherry.test'
const servers_count = 3
// What a process keeps of another's changes it keeps for five seconds at most.
const follow_ms = 6000

const person = (id: string): Scripted => ({
  password: 'right',
  profile: { user_id: id, email: `${id}@legacy.example` },
})
const people: Record<string, Scripted> = Object.fromEntries(
  ['ada', 'bob', 'cleo', 'dora', 'fay'].map((id) => [`${id}@legacy.example`, person(id)]),
)

type Tokens = { access_token: string; id_token: string; refresh_token?: string }

describe('three servers on one PostgreSQL', () => {
  let database: DatabaseServer
  let servers: ServerProcess[] = []
  let client: { client_id: string; client_secret: string }
  let connection_id: string
  let token: string

  const at = (index: number): ServerProcess => {
    const server = servers[index % servers.length]
    assert.ok(server)
    return server
  }
  const send = (
    index: number,
    path: string,
    body?: unknown,
    more: { method?: string; headers?: Record<string, string> } = {},
  ): Promise<HttpAnswer> =>
    request(`http://127.0.0.1:${at(index).port}/${path}`, {
      ...(body === undefined ? {} : { body }),
      ...(more.method === undefined ? {} : { method: more.method }),
      headers: { host, ...more.headers },
    })
  const api = async (index: number, method: string, path: string, body?: unknown): Promise<HttpAnswer> => {
    const answer = await send(index, `api/v2/${path}`, body, { method, headers: { authorization: `Bearer ${token}` } })
    assert.equal(answer.status < 300, true, `${method} ${path}: ${answer.status} ${answer.body}`)
    return answer
  }
  const login = (
    index: number,
    username: string,
    password: string,
    scope = 'openid',
    from = '10.0.0.1',
  ): Promise<HttpAnswer> =>
    send(
      index,
      'oauth/token',
      {
        grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
        ...client,
        realm: 'legacy',
        username,
        password,
        scope,
      },
      { headers: { 'x-forwarded-for': from } },
    )

  before(async () => {
    database = await startPostgres()
    const { url } = await database.createDatabase()
    const env = {
      DATABASE_URL: url,
      WHERRY_SECRET_KEY: randomUUID() + randomUUID(),
      WHERRY_PUBLIC_URL: `http://${host}`,
      WHERRY_TRUST_PROXY: 'loopback',
      WHERRY_LOG_LEVEL: 'info',
    }
    servers = await Promise.all(Array.from({ length: servers_count }, () => startServer({ env })))
    const maker = servers.find((server) => server.lines.some((line) => line.includes('What to do next')))
    assert.ok(maker, 'one of them made the tenant')
    const first_run = maker.firstRun()
    const made = await request(`http://127.0.0.1:${maker.port}/oauth/token`, {
      headers: { host },
      body: {
        grant_type: 'client_credentials',
        client_id: first_run.management_client_id,
        client_secret: first_run.management_client_secret,
        audience: first_run.management_audience,
      },
    })
    token = made.json<Tokens>().access_token
    client = (
      await api(0, 'POST', 'clients', {
        name: 'app',
        grant_types: ['http://auth0.com/oauth/grant-type/password-realm', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_post',
      })
    ).json<{ client_id: string; client_secret: string }>()
    const options = {
      name: 'legacy',
      strategy: 'auth0',
      options: peopleOptions(people),
      enabled_clients: [client.client_id],
    }
    connection_id = (await api(1, 'POST', 'connections', options)).json<{ id: string }>().id
  })
  after(async () => {
    for (const server of servers) await server.stop()
    await database?.stop()
  })

  test('they made one tenant', async () => {
    const listed = (await api(0, 'GET', 'tenants')).json<{ tenants: JsonObject[] }>().tenants
    assert.equal(listed.length, 1)
    const makers = servers.filter((server) => server.lines.some((line) => line.includes('What to do next')))
    assert.equal(makers.length, 1)
  })

  test('50 first logins of one person spread over them: 50 successes, one user, one script call a server at most', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => login(index, 'ada@legacy.example', 'right')),
    )
    assert.deepEqual(
      [...new Set(answers.map(({ status }) => status))],
      [200],
      answers.find(({ status }) => status !== 200)?.body,
    )
    const user = (await api(2, 'GET', 'users/auth0%7Cada')).json<{ logins_count: number }>()
    assert.equal(user.logins_count, 50)
    const summary = (await api(0, 'GET', `migrations/${connection_id}`)).json<{
      users: number
      states: { migrated: number }
    }>()
    assert.deepEqual([summary.users, summary.states.migrated], [1, 1])
    await sleep(500)
    const { script_logs } = (await api(1, 'GET', `connections/${connection_id}/script-logs?take=100`)).json<{
      script_logs: { text: string }[]
    }>()
    const calls = script_logs.filter(({ text }) => text === 'login called').length
    assert.equal(calls >= 1 && calls <= servers_count, true, `${calls} calls`)
  })

  test('a refresh token used 20 ways at once is rotated once', async () => {
    const tokens = (await login(0, 'bob@legacy.example', 'right', 'openid offline_access')).json<Tokens>()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        send(index, 'oauth/token', { grant_type: 'refresh_token', ...client, refresh_token: tokens.refresh_token }),
      ),
    )
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    assert.equal(answers.filter(({ status }) => status === 403).length, 19)
  })

  test('a reset link used 20 ways at once works once', async () => {
    const asked = await send(0, 'dbconnections/change_password', {
      client_id: client.client_id,
      connection: 'legacy',
      email: 'cleo@legacy.example',
    })
    assert.equal(asked.status, 200)
    let ticket: string | undefined
    for (let tries = 0; ticket === undefined && tries < 100; tries += 1) {
      await sleep(100)
      const mails = (await api(1, 'GET', 'outbox')).json<{ to: string; text: string }[]>()
      ticket = /ticket=([A-Za-z0-9]{32})/.exec(mails.find((mail) => mail.to === 'cleo@legacy.example')?.text ?? '')?.[1]
    }
    assert.ok(ticket)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        send(
          index,
          'u/reset-password',
          new URLSearchParams({
            ticket,
            password: `Chosen-${index}-a`,
            password_repeat: `Chosen-${index}-a`,
          }).toString(),
          {
            method: 'POST',
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
          },
        ),
      ),
    )
    const through = answers.flatMap(({ status }, index) => (status < 400 ? [index] : []))
    assert.equal(through.length, 1, answers.map(({ status }) => status).join(' '))
    assert.equal((await login(2, 'cleo@legacy.example', `Chosen-${through[0]}-a`)).status, 200)
  })

  test('failed logins are counted together: the eleventh is locked at every server', async () => {
    const wrong = await Promise.all(
      Array.from({ length: failures_per_identifier }, (_, index) =>
        login(index, 'dora@legacy.example', `guess ${index}`, 'openid', '10.0.0.2'),
      ),
    )
    assert.deepEqual([...new Set(wrong.map(({ status }) => status))], [403])
    for (let index = 0; index < servers_count; index += 1) {
      assert.equal((await login(index, 'dora@legacy.example', 'right', 'openid', '10.0.0.2')).status, 429)
    }
    const burst = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        login(index, 'fay@legacy.example', `guess ${index}`, 'openid', '10.0.0.3'),
      ),
    )
    assert.equal(burst.filter(({ status }) => status === 403).length <= failures_per_identifier, true)
    assert.equal(
      burst.every(({ status }) => [403, 429, 503].includes(status)),
      true,
    )
  })

  test('a key that one rotates signs at all, and what was signed before still opens', async () => {
    const kidOf = (jwt: string): string =>
      (JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid
    const rotated = (await api(0, 'POST', 'keys/signing/rotate')).json<{ kid: string }>()
    // A token by the new key opens every door at once, also where the key is not known yet.
    const made = await login(0, 'ada@legacy.example', 'right')
    const { access_token, id_token } = made.json<Tokens>()
    assert.equal(kidOf(id_token), rotated.kid)
    for (let index = 0; index < servers_count; index += 1) {
      const userinfo = await send(index, 'userinfo', undefined, {
        headers: { authorization: `Bearer ${access_token}` },
      })
      assert.equal(userinfo.status, 200, userinfo.body)
      assert.equal(
        (await send(index, 'api/v2/clients', undefined, { headers: { authorization: `Bearer ${token}` } })).status,
        200,
      )
    }
    await sleep(follow_ms)
    for (let index = 0; index < servers_count; index += 1) {
      const { id_token: later } = (await login(index, 'ada@legacy.example', 'right')).json<Tokens>()
      assert.equal(kidOf(later), rotated.kid)
    }
  })

  test('what is changed at one is heeded by all within seconds: connections and clients', async () => {
    await api(0, 'PATCH', `connections/${connection_id}`, {
      options: peopleOptions({
        ...people,
        'new@legacy.example': person('new'),
        'later@legacy.example': person('later'),
      }),
    })
    assert.equal((await login(0, 'new@legacy.example', 'right')).status, 200, 'at once where it was changed')
    await sleep(follow_ms)
    assert.equal((await login(1, 'later@legacy.example', 'right')).status, 200)
    await api(2, 'PATCH', `clients/${client.client_id}`, { grant_types: [] })
    await sleep(follow_ms)
    for (let index = 0; index < servers_count; index += 1)
      assert.equal((await login(index, 'ada@legacy.example', 'right')).status, 403)
    await api(2, 'PATCH', `clients/${client.client_id}`, {
      grant_types: ['http://auth0.com/oauth/grant-type/password-realm'],
    })
    await sleep(follow_ms)
  })

  test('one dies in the middle of its work, and the others go on', async () => {
    const under_way = Promise.allSettled(
      Array.from({ length: 30 }, (_, index) => login(index, 'ada@legacy.example', 'right')),
    )
    await sleep(50)
    await at(2).kill()
    await under_way
    servers = servers.slice(0, 2)
    for (let index = 0; index < 4; index += 1) {
      const answer = await login(index, 'ada@legacy.example', 'right')
      assert.equal(answer.status, 200, answer.body)
    }
  })
})
