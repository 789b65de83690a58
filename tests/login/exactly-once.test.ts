import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { member, objects, outcomeOf } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { testedStore } from '../support/tested-store.ts'
import { waitUntil } from '../support/wait-until.ts'
import { peopleOptions } from './people-scripts.ts'

const store = await testedStore('PostgreSQL')

const ada = { password: 'right', profile: { user_id: 'ada', email: 'ada@legacy.example', username: 'ada' } }

async function scriptCalls(server: TestServer, connection_id: string, script: string): Promise<number> {
  const calls = async (): Promise<number> => {
    const lines = objects(await server.must('GET', `connections/${connection_id}/script-logs?take=100`), 'script_logs')
    return lines.filter((line) => line['text'] === `${script} called`).length
  }
  // Lines are stored in batches: a second call would be in the batch of the first one or in the next.
  await waitUntil(async () => (await calls()) > 0)
  await sleep(400)
  return await calls()
}

async function counts(server: TestServer, connection_id: string): Promise<Record<string, number>> {
  const { db } = server.internals
  const count = async (
    table: 'users' | 'identities' | 'credentials' | 'migration_records' | 'user_identifiers',
  ): Promise<number> => {
    const row = await db
      .selectFrom(table)
      .select((each) => each.fn.countAll<number | string>().as('n'))
      .executeTakeFirst()
    return Number(row?.n)
  }
  const summary = await server.must('GET', `migrations/${connection_id}`)
  return {
    users: await count('users'),
    identities: await count('identities'),
    identifiers: await count('user_identifiers'),
    credentials: await count('credentials'),
    records: await count('migration_records'),
    counted_users: Number(member(summary, 'users')),
    counted_migrated: Number(member(member(summary, 'states'), 'migrated')),
  }
}

const one_of_each = {
  users: 1,
  identities: 1,
  identifiers: 2,
  credentials: 1,
  records: 1,
  counted_users: 1,
  counted_migrated: 1,
}

describe(`moving exactly once on ${store.name}`, () => {
  test('30 concurrent first logins of one user: 30 successes, one user, one script call', async () => {
    const server = await startTestServer({ production_hashes: true, env: await store.env() })
    try {
      const client = await server.createClient()
      const connection_id = await server.createConnection('legacy', peopleOptions({ 'ada@legacy.example': ada }), [
        client,
      ])
      const answers = await Promise.all(
        Array.from({ length: 30 }, () =>
          server.login(client, 'legacy', 'ada@legacy.example', 'right', { scope: 'openid' }),
        ),
      )
      assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200])
      assert.deepEqual(await counts(server, connection_id), one_of_each)
      assert.equal(await scriptCalls(server, connection_id, 'login'), 1)
      const user = await server.must('GET', 'users/auth0%7Cada')
      assert.equal(member(user, 'logins_count'), 30)
      const moved = (await server.logs('type:s')).filter((event) => outcomeOf(event) === 'moved')
      assert.equal(moved.length, 1)
    } finally {
      await server.close()
    }
  })

  for (const { when, wrongs } of [
    { when: 'one wrong password 29 times', wrongs: () => 'wrong' },
    { when: '29 different wrong passwords', wrongs: (index: number) => `wrong ${index}` },
  ]) {
    test(`1 right password and ${when}, concurrently: 1 success`, async () => {
      const server = await startTestServer({ production_hashes: true, env: await store.env() })
      try {
        const client = await server.createClient()
        const connection_id = await server.createConnection('legacy', peopleOptions({ 'ada@legacy.example': ada }), [
          client,
        ])
        // The tenth failure in a row locks the identifier, so most of 29 different passwords are not verified.
        const passwords = Array.from({ length: 29 }, (_, index) => wrongs(index))
        passwords.unshift('right')
        const answers = await Promise.all(
          passwords.map((password) => server.login(client, 'legacy', 'ada@legacy.example', password)),
        )
        const statuses = answers.map((answer) => answer.status)
        assert.equal(statuses.filter((status) => status === 200).length, 1, statuses.join(' '))
        assert.equal(statuses[0], 200)
        assert.equal(
          statuses.every((status) => [200, 403, 429].includes(status)),
          true,
          statuses.join(' '),
        )
        assert.deepEqual(await counts(server, connection_id), one_of_each)
      } finally {
        await server.close()
      }
    })
  }

  test('concurrent logins with two identifiers of one user create one user', async () => {
    const server = await startTestServer({ production_hashes: true, env: await store.env() })
    try {
      const client = await server.createClient()
      const people = { 'ada@legacy.example': ada, ada }
      const connection_id = await server.createConnection('legacy', peopleOptions(people), [client])
      const answers = await Promise.all(
        ['ada@legacy.example', 'ada', 'ADA', 'Ada@Legacy.example'].map((name) =>
          server.login(client, 'legacy', name, 'right'),
        ),
      )
      assert.deepEqual(
        answers.map((answer) => answer.status),
        [200, 200, 200, 200],
      )
      assert.deepEqual(await counts(server, connection_id), one_of_each)
    } finally {
      await server.close()
    }
  })

  test('a concurrent login and sign-up of one address create one user', async () => {
    const server = await startTestServer({ production_hashes: true, env: await store.env() })
    try {
      const client = await server.createClient()
      const connection_id = await server.createConnection('legacy', peopleOptions({ 'ada@legacy.example': ada }), [
        client,
      ])
      const signup = {
        client_id: client.client_id,
        connection: 'legacy',
        email: 'ada@legacy.example',
        password: 'Chosen-here-1',
      }
      const [login, refused] = await Promise.all([
        server.login(client, 'legacy', 'ada@legacy.example', 'right'),
        server.post('/dbconnections/signup', signup),
      ])
      assert.equal(login.status, 200, login.text)
      assert.equal(refused.status, 400, refused.text)
      assert.equal((await counts(server, connection_id))['users'], 1)
    } finally {
      await server.close()
    }
  })
})
