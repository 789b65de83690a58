import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { member, objects, startHouse, type TestHouse } from '../support/house.ts'
import { startPostgres } from '../support/postgres.ts'
import { peopleOptions } from './people-scripts.ts'

const postgres = await startPostgres()
after(async () => await postgres.stop())

const ada = { password: 'right', profile: { user_id: 'ada', email: 'ada@legacy.example', username: 'ada' } }

async function scriptCalls(house: TestHouse, connection_id: string, script: string): Promise<number> {
  // Lines are stored in batches; the newest may be on their way.
  await new Promise((resolve) => {
    setTimeout(resolve, 400)
  })
  const lines = objects(await house.must('GET', `connections/${connection_id}/script-logs?take=100`), 'script_logs')
  return lines.filter((line) => line['text'] === `${script} called`).length
}

async function counts(house: TestHouse, connection_id: string): Promise<Record<string, number>> {
  const { db } = house.house
  const count = async (
    table: 'users' | 'identities' | 'credentials' | 'migration_records' | 'user_identifiers',
  ): Promise<number> => {
    const row = await db
      .selectFrom(table)
      .select((each) => each.fn.countAll<number | string>().as('n'))
      .executeTakeFirst()
    return Number(row?.n)
  }
  const summary = await house.must('GET', `migrations/${connection_id}`)
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

function exactlyOnce(store: string, env: () => Promise<Record<string, string>>): void {
  describe(`moving exactly once on ${store}`, () => {
    test('30 first logins of one person at once: 30 successes, one user, one script call', async () => {
      const house = await startHouse({ env: await env() })
      try {
        const client = await house.createClient()
        const connection_id = await house.createConnection('legacy', peopleOptions({ 'ada@legacy.example': ada }), [
          client,
        ])
        const answers = await Promise.all(
          Array.from({ length: 30 }, () =>
            house.login(client, 'legacy', 'ada@legacy.example', 'right', { scope: 'openid' }),
          ),
        )
        assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200])
        assert.deepEqual(await counts(house, connection_id), one_of_each)
        assert.equal(await scriptCalls(house, connection_id, 'login'), 1)
        const user = await house.must('GET', 'users/auth0%7Cada')
        assert.equal(member(user, 'logins_count'), 30)
        const moved = (await house.logs('type:s')).filter(
          (event) => member(member(event['details'], 'migration'), 'outcome') === 'moved',
        )
        assert.equal(moved.length, 1)
      } finally {
        await house.close()
      }
    })

    for (const { when, wrongs } of [
      { when: 'one wrong password 29 times', wrongs: () => 'wrong' },
      { when: '29 different wrong passwords', wrongs: (index: number) => `wrong ${index}` },
    ]) {
      test(`1 right and ${when} at once: 1 success`, async () => {
        const house = await startHouse({ env: await env() })
        try {
          const client = await house.createClient()
          const connection_id = await house.createConnection('legacy', peopleOptions({ 'ada@legacy.example': ada }), [
            client,
          ])
          // The tenth failure in a row locks: of 29 different guesses most are never looked at.
          const passwords = Array.from({ length: 29 }, (_, index) => wrongs(index))
          passwords.unshift('right')
          const answers = await Promise.all(
            passwords.map((password) => house.login(client, 'legacy', 'ada@legacy.example', password)),
          )
          const statuses = answers.map((answer) => answer.status)
          assert.equal(statuses.filter((status) => status === 200).length, 1, statuses.join(' '))
          assert.equal(statuses[0], 200)
          assert.equal(
            statuses.every((status) => [200, 403, 429].includes(status)),
            true,
            statuses.join(' '),
          )
          assert.deepEqual(await counts(house, connection_id), one_of_each)
        } finally {
          await house.close()
        }
      })
    }

    test('two identifiers of one person at once make one user', async () => {
      const house = await startHouse({ env: await env() })
      try {
        const client = await house.createClient()
        const people = { 'ada@legacy.example': ada, ada }
        const connection_id = await house.createConnection('legacy', peopleOptions(people), [client])
        const answers = await Promise.all(
          ['ada@legacy.example', 'ada', 'ADA', 'Ada@Legacy.example'].map((name) =>
            house.login(client, 'legacy', name, 'right'),
          ),
        )
        assert.deepEqual(
          answers.map((answer) => answer.status),
          [200, 200, 200, 200],
        )
        assert.deepEqual(await counts(house, connection_id), one_of_each)
      } finally {
        await house.close()
      }
    })

    test('a login and a sign-up of one address at once make one user', async () => {
      const house = await startHouse({ env: await env() })
      try {
        const client = await house.createClient()
        const connection_id = await house.createConnection('legacy', peopleOptions({ 'ada@legacy.example': ada }), [
          client,
        ])
        const signup = {
          client_id: client.client_id,
          connection: 'legacy',
          email: 'ada@legacy.example',
          password: 'Chosen-here-1',
        }
        const [login, refused] = await Promise.all([
          house.login(client, 'legacy', 'ada@legacy.example', 'right'),
          house.post('dbconnections/signup', signup),
        ])
        assert.equal(login.status, 200, login.text)
        assert.equal(refused.status, 400, refused.text)
        assert.equal((await counts(house, connection_id))['users'], 1)
      } finally {
        await house.close()
      }
    })
  })
}

exactlyOnce('the embedded store', async () => ({}))
exactlyOnce('PostgreSQL', async () => ({ DATABASE_URL: (await postgres.createDatabase()).url }))
