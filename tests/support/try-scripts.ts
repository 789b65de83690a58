// A server with a connection to a small legacy service, whose scripts a test tries.
import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../src/base/json.ts'
import { serviceOptions, startLegacyService } from './legacy-service.ts'
import { objects } from './requests.ts'
import { startTestServer } from './test-server.ts'

/** The password of Ada in the legacy service. */
export const password = 'correct-horse-4711'

const ada = {
  user_id: '7',
  email: 'Ada@Shop.example',
  name: 'Ada',
  picture: { url: 'x' },
  blocked: 'no',
  user_metadata: { theme: 'dark' },
  tenant_id: 'mine',
  legacy: { password_hash: '$2b$10$abcdefghijklmnopqrstuv', since: 2001 },
  note: password,
}

/** Starts the server and the service, in which only Ada is known. */
export async function startTrying() {
  const server = await startTestServer()
  const service = await startLegacyService((email, typed) => {
    if (email.toLowerCase() !== 'ada@shop.example') return null
    return typed === null || typed === password ? ada : null
  })
  const client = await server.createClient()
  let names = 0
  return {
    server,
    service,
    client,

    /** Creates a connection, and the functions that try its scripts. */
    async connect() {
      names += 1
      const name = `shop${names}`
      const id = await server.createConnection(name, serviceOptions(service), [client])
      const send = (script: string, args: JsonValue[], more: JsonObject = {}) =>
        server.api('POST', `connections/${id}/scripts/${script}/try`, { arguments: args, ...more })
      return {
        id,
        name,
        send,
        logIn: (email: string, typed: string) => server.login(client, name, email, typed),
        change: (options: JsonObject) =>
          server.must('PATCH', `connections/${id}`, { options: { ...serviceOptions(service), ...options } }),
        async run(script: string, args: JsonValue[], more: JsonObject = {}): Promise<JsonObject> {
          const answer = await send(script, args, more)
          assert.equal(answer.status, 200, answer.text)
          return answer.json as JsonObject
        },
      }
    },

    async close(): Promise<void> {
      await server.close()
      service.close()
    },
  }
}

/** The findings of one kind: the field of each with its value or message. */
export function found(tried: JsonObject, check: string): [unknown, unknown][] {
  return objects(tried['checks'])
    .filter((each) => each['check'] === check)
    .map(({ field, value, message }) => [field, value ?? message])
}
