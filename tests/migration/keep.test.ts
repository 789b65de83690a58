// The decision keep is for users who have an identifier, or share the legacy id of another row: others could not log in anyway.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { loadDirectory } from '../support/load-directory.ts'
import { objects } from '../support/requests.ts'
import { startTestServer } from '../support/test-server.ts'

test('keep is refused for a user without a valid identifier, whom the other decisions can help', async () => {
  const server = await startTestServer()
  after(async () => await server.close())
  const connection_id = await server.createConnection('shop', { enabledDatabaseCustomization: true, import_mode: true })
  const rows = ['nameless,', 'invalid,no address', 'named,ada@shop.example', 'twice,bob@shop.example', 'twice,']
  await loadDirectory(server, connection_id, ['user_id,email', ...rows].join('\n'))
  const { records } = await server.must('GET', `migrations/${connection_id}/records`)
  const idsOf = (legacy_id: string): string[] =>
    objects(records).flatMap(({ directory, record_id }) =>
      (directory as { given_legacy_id: string }).given_legacy_id === legacy_id ? [String(record_id)] : [],
    )
  const decide = async (record_id: string, kind: string): Promise<[number, unknown, string]> =>
    await server.refused('PUT', `migrations/${connection_id}/records/${record_id}/decision`, { kind })
  for (const name of ['nameless', 'invalid']) {
    const [record_id = ''] = idsOf(name)
    const [status, code, message] = await decide(record_id, 'keep')
    assert.deepEqual([status, code], [409, 'decision_refused'], name)
    assert.match(message, /keep cannot help: .* has no valid identifier to keep/)
    assert.equal((await decide(record_id, 'exclude'))[0], 200)
  }
  const twice = idsOf('twice')
  assert.equal(twice.length, 2)
  for (const record_id of [...idsOf('named'), ...twice]) assert.equal((await decide(record_id, 'keep'))[0], 200)
})
