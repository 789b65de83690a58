// A server over https, and a process that trusts it and calls it through one of Auth0's Management SDKs.
import path from 'node:path'
import type { Json } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { runTrusting } from '../support/trusting-process.ts'

/** What the calls need to know: the server, its management client, and the scripts of a legacy store with one user. */
export type SdkInput = { domain: string; clientId: string; clientSecret: string; login: string; get_user: string }

const profile = `{ user_id: 7, email: 'ada@legacy.example', email_verified: true, given_name: 'Ada', app_metadata: { plan: 'gold' } }`

const scripts = {
  login: `function login(email, password, callback) {
  if (email === 'ada@legacy.example' && password === configuration.THE_PASSWORD) return callback(null, ${profile})
  return callback(new WrongUsernameOrPasswordError(email))
}`,
  get_user: `function getByEmail(email, callback) {
  return callback(null, email === 'ada@legacy.example' ? ${profile} : null)
}`,
}

/** Starts a server and answers what `script` printed when it ran against it. */
export async function runSdkCalls(script: string): Promise<{ server: TestServer; answers: Record<string, Json> }> {
  const server = await startTestServer({ https: true })
  const { client_id, client_secret } = server.credentials
  const input: SdkInput = { domain: server.host, clientId: client_id, clientSecret: client_secret, ...scripts }
  try {
    const file = path.join(import.meta.dirname, script)
    return { server, answers: JSON.parse(await runTrusting(server.ca_file ?? '', [file, JSON.stringify(input)])) }
  } catch (error) {
    await server.close()
    throw error
  }
}
