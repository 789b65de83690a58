import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Answer, TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe('floods of requests that need no login', () => {
  let server: TestServer
  let client: TestClient
  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    await server.createConnection('local', {}, [client])
    await server.must('POST', 'users', {
      connection: 'local',
      email: 'victim@local.example',
      email_verified: true,
      password: 'Right-one-1',
    })
  })
  after(async () => await server.close())

  const requestReset = (email: string, from: string): Promise<Answer> =>
    server.post(
      '/dbconnections/change_password',
      { client_id: client.client_id, connection: 'local', email },
      { 'x-forwarded-for': from },
    )
  const signUp = (email: string, from: string): Promise<Answer> =>
    server.post(
      '/dbconnections/signup',
      { client_id: client.client_id, connection: 'local', email, password: 'Attacker-chose-1' },
      { 'x-forwarded-for': from },
    )
  const mailsTo = async (email: string): Promise<number> => (await server.outbox(email)).length

  test('reset requests for one mailbox, from any address and in any spelling, mail ten links an hour', async () => {
    for (let round = 0; round < 40; round += 1) {
      const spelling = round % 2 === 0 ? 'victim@local.example' : ' VICTIM@local.example '
      const answer = await requestReset(spelling, `203.0.113.${round}`)
      assert.equal(answer.status, 200)
      assert.equal(answer.text, "We've just sent you an email to reset your password.")
      await server.settle()
    }
    assert.equal(await mailsTo('victim@local.example'), 10)
    const reported = (await server.logs('type:fcpr')).filter((event) => /Too many/.test(String(event['description'])))
    assert.equal(reported.length, 1, 'the flood is logged once')
  })

  test('the mailbox gets mail again after that hour', async () => {
    server.advance(3_600_001)
    await requestReset('victim@local.example', '203.0.113.1')
    assert.equal(await mailsTo('victim@local.example'), 11)
  })

  test('reset requests from one address look up a hundred mailboxes, with the same answer beyond them', async () => {
    const answers = await Promise.all(
      Array.from({ length: 130 }, (_, index) => requestReset(`nobody${index}@local.example`, '203.0.113.77')),
    )
    assert.ok(answers.every((answer) => answer.status === 200))
    await server.outbox()
    const { total } = await server.must('GET', 'logs?per_page=0&include_totals=true&q=type:fcpr')
    assert.ok(total <= 1 + 100 + 1, `${total} log events`)
  })

  test('sign-ups from one address are refused beyond fifty a minute, others are not', async () => {
    const made: number[] = []
    for (let person = 0; person < 60; person += 1) {
      made.push((await signUp(`squatter${person}@local.example`, '2001:db8::1:' + person.toString(16))).status)
    }
    assert.equal(made.filter((status) => status === 200).length, 50)
    assert.equal(made.at(-1), 429)
    assert.equal((await signUp('honest@local.example', '198.51.100.9')).status, 200)
    server.advance(60_001)
    assert.equal((await signUp('later@local.example', '2001:db8::2')).status, 200)
  })
})
