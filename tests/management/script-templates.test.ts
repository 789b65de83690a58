import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})

after(() => server.close())

const make = async (name: string) => await server.must('POST', 'connections', { name, strategy: 'auth0' })

describe('script templates', () => {
  it('are listed with their settings, and generate scripts without storing anything', async () => {
    const { templates } = (await server.must('GET', 'script-templates')) as unknown as { templates: JsonObject[] }
    const asked = templates.flatMap(({ id, settings }) => (id === 'postgresql' ? (settings as JsonObject[]) : []))
    assert.deepEqual(
      asked.filter(({ required }) => required).map(({ key }) => key),
      ['DATABASE_URL'],
    )
    const of = (id: string): JsonObject => templates.find((one) => one['id'] === id) ?? {}
    assert.match(String(of('keycloak')['cannot_move']), /one-time code/)
    assert.equal('cannot_move' in of('postgresql'), false)
    const { id, name } = await make('shop')
    const settings = { DATABASE_URL: 'postgres://u:p@db.example:5433/shop', TABLE: 'people' }
    const body = { template: 'postgresql', mode: 'import', settings }
    const { scripts: generated, ...rest } = await server.must('POST', `connections/${id}/scripts/generate`, body)
    assert.deepEqual(Object.keys(generated as JsonObject).toSorted(), ['get_user', 'list_users', 'login'])
    assert.match(String((generated as JsonObject)['login']), /"people"/)
    assert.deepEqual(rest, {
      configuration: ['DATABASE_URL'],
      egress: ['db.example:5433'],
      options: { id_namespace: name },
    })
    assert.equal(((await server.must('GET', `connections/${id}`)).options as JsonObject)['customScripts'], undefined)
  })

  it('name the setting that is wrong, without its value', async () => {
    const { id } = await make('other')
    const refused = async (template: string, settings: JsonObject) =>
      await server.refused('POST', `connections/${id}/scripts/generate`, { template, mode: 'import', settings })
    assert.deepEqual((await refused('postgresql', {})).slice(0, 1), [400])
    const [status, , message] = await refused('postgresql', { DATABASE_URL: 'secret' })
    assert.equal(status, 400)
    assert.match(message, /DATABASE_URL must begin with/)
    assert.doesNotMatch(message, /secret/)
    assert.match((await refused('none', {}))[2], /There is no template "none"/)
  })
})
