import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startHouse, type Answer, type TestClient, type TestHouse } from '../support/house.ts'

describe('floods of what anybody may ask', () => {
  let house: TestHouse
  let client: TestClient
  let ahead_ms = 0
  before(async () => {
    house = await startHouse({ clock: { now: () => Date.now() + ahead_ms } })
    client = await house.createClient()
    await house.createConnection('local', {}, [client])
    await house.must('POST', 'users', {
      connection: 'local',
      email: 'victim@local.example',
      email_verified: true,
      password: 'Right-one-1',
    })
  })
  after(async () => await house.close())

  const askReset = (email: string, from: string): Promise<Answer> =>
    house.post(
      'dbconnections/change_password',
      { client_id: client.client_id, connection: 'local', email },
      { 'x-forwarded-for': from },
    )
  const signUp = (email: string, from: string): Promise<Answer> =>
    house.post(
      'dbconnections/signup',
      { client_id: client.client_id, connection: 'local', email, password: 'Attacker-chose-1' },
      { 'x-forwarded-for': from },
    )
  const mailsTo = async (email: string): Promise<number> =>
    (await house.outbox()).filter((mail) => mail['to'] === email).length

  test('requests for one mailbox, from any number of addresses and in any spelling, mail ten links an hour', async () => {
    for (let round = 0; round < 40; round += 1) {
      const spelling = round % 2 === 0 ? 'victim@local.example' : ' VICTIM@local.example '
      const answer = await askReset(spelling, `203.0.113.${round}`)
      assert.equal(answer.status, 200)
      assert.equal(answer.text, "We've just sent you an email to reset your password.")
      await house.house.background.drained()
    }
    assert.equal(await mailsTo('victim@local.example'), 10)
    const told = (await house.logs('type:fcpr')).filter((event) => /Too many/.test(String(event['description'])))
    assert.equal(told.length, 1, 'the flood is told once')
  })

  test('and the mailbox gets its mail again after that hour', async () => {
    ahead_ms += 3_600_001
    await askReset('victim@local.example', '203.0.113.1')
    assert.equal(await mailsTo('victim@local.example'), 11)
  })

  test('requests of one address for many mailboxes stop at a hundred, with the same answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 130 }, (_, index) => askReset(`nobody${index}@local.example`, '203.0.113.77')),
    )
    assert.ok(answers.every((answer) => answer.status === 200))
    await house.outbox()
    const looked = (await house.must('GET', 'logs?per_page=0&include_totals=true&q=type:fcpr')) as { total: number }
    assert.ok(looked.total <= 1 + 100 + 1, `${looked.total} log events`)
  })

  test('sign-ups of one address stop at fifty a minute, and others still get through', async () => {
    const made: number[] = []
    for (let person = 0; person < 60; person += 1) {
      made.push((await signUp(`squatter${person}@local.example`, '2001:db8::1:' + person.toString(16))).status)
    }
    assert.equal(made.filter((status) => status === 200).length, 50)
    assert.equal(made.at(-1), 429)
    assert.equal((await signUp('honest@local.example', '198.51.100.9')).status, 200)
    ahead_ms += 60_001
    assert.equal((await signUp('later@local.example', '2001:db8::2')).status, 200)
  })
})
