import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { member, objects, startHouse, type Answer, type TestHouse } from '../support/house.ts'
import { sendTo } from './hostile.ts'
import { makeTwoTenants, type TwoTenants } from './two-tenants.ts'

const text = (answer: { json: Answer['json'] }, name: string): string => String(member(answer.json, name))

describe('a tenant that reaches for more than it was given', () => {
  let house: TestHouse
  let mine: TwoTenants['mine']
  let victim: TwoTenants['victim']
  let known: TwoTenants['known']
  let my_client: TwoTenants['my_client']
  let token: TwoTenants['token']
  let login: TwoTenants['login']
  before(async () => {
    house = await startHouse()
    ;({ mine, victim, known, my_client, token, login } = await makeTwoTenants(house))
  })
  after(async () => await house.close())

  test("the operator's work is for the operator: a tenant grants itself no such scope", async () => {
    const operator = ['create:tenants', 'read:tenants', 'update:tenants', 'delete:tenants']
    const grants_made = await mine.must('GET', 'client-grants')
    const [grant] = objects(grants_made)
    await mine.api('PATCH', `client-grants/${String(grant?.['id'])}`, { scope: operator, allow_all_scopes: false })
    const [api] = objects(await mine.must('GET', 'resource-servers'))
    const patched = await mine.api('PATCH', `resource-servers/${String(api?.['id'])}`, {
      scopes: operator.map((value) => ({ value })),
    })
    assert.ok(patched.status >= 400 && patched.status < 500, patched.text)
    const got = await token(mine, {
      grant_type: 'client_credentials',
      ...mine.client,
      audience: mine.audience,
      scope: operator.join(' '),
    })
    const headers = { authorization: `Bearer ${text(got, 'access_token')}` }
    assert.doesNotMatch(String(member(got.json, 'scope')), /tenants\b(?!_)/)
    for (const [method, path, body] of [
      ['GET', 'tenants', undefined],
      ['GET', `tenants/${victim.id}`, undefined],
      ['PATCH', `tenants/${mine.id}`, { plan: 'enterprise' }],
      ['POST', 'tenants', { name: 'third', domain: 'third.example' }],
    ] as const) {
      const answer = await sendTo(house, {
        method,
        path: `/api/v2/${path}`,
        host: mine.host,
        headers,
        ...(body === undefined ? {} : { body }),
      })
      assert.equal(answer.status, 403, `${method} ${path}: ${answer.text}`)
    }
  })

  test('a tenant cannot raise its own plan through its settings', async () => {
    for (const change of [{ plan: 'enterprise' }, { flags: { plan: 'enterprise' } }, { domain: 'victim.example' }]) {
      const { status } = await mine.api('PATCH', 'tenants/settings', change)
      assert.ok(status >= 400 && status < 500, JSON.stringify(change))
    }
  })

  test('attempts at one tenant lock nobody at another', async () => {
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await login(mine, my_client, 'shared@people.example', { password: `wrong ${attempt}` })
    }
    assert.equal((await login(mine, my_client, 'shared@people.example')).status, 429)
    assert.equal((await login(victim, known.client, 'shared@people.example')).status, 403)
  })
})
