// A house over https, and a process that trusts it to run one of Auth0's Management SDKs in: Node reads authorities only
// when it starts.
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { makeDevCert } from '../../src/server/dev-cert.ts'
import { freePort } from '../support/free-port.ts'
import { startHouse, type TestHouse } from '../support/house.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** What a tour needs to know. */
export type Tour = { domain: string; clientId: string; clientSecret: string; login: string; get_user: string }

const person = `{ user_id: 7, email: 'ada@legacy.example', email_verified: true, given_name: 'Ada', app_metadata: { plan: 'gold' } }`

/** Scripts of a legacy store with one person in it. */
const scripts = {
  login: `function login(email, password, callback) {
  if (email === 'ada@legacy.example' && password === configuration.THE_PASSWORD) return callback(null, ${person})
  return callback(new WrongUsernameOrPasswordError(email))
}`,
  get_user: `function getByEmail(email, callback) {
  return callback(null, email === 'ada@legacy.example' ? ${person} : null)
}`,
}

/** What a tour printed; the tests look at its shape. */
export type Seen = Record<string, ReturnType<typeof JSON.parse>>

/** Starts a house over https and gives what `script` printed, run as a process that trusts it. */
export async function runTour(script: string): Promise<{ house: TestHouse; seen: Seen }> {
  const { ca_file, cert_file, key_file } = await makeDevCert({ folder: tempFolder('certificate') })
  const port = await freePort()
  const house = await startHouse({
    env: {
      WHERRY_PORT: String(port),
      WHERRY_PUBLIC_URL: `https://localhost:${port}`,
      WHERRY_TLS_CERT: cert_file,
      WHERRY_TLS_KEY: key_file,
    },
  })
  const tour: Tour = {
    domain: `localhost:${port}`,
    clientId: house.first_run.management_client_id,
    clientSecret: house.first_run.management_client_secret,
    ...scripts,
  }
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [path.join(import.meta.dirname, script), JSON.stringify(tour)],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: ca_file }, timeout: 90_000, maxBuffer: 10_000_000 },
    )
    return { house, seen: JSON.parse(stdout) as Seen }
  } catch (error) {
    await house.close()
    throw error
  }
}

/** What a refused call threw, as far as clients look at it. */
export async function refusalOf(attempt: PromiseLike<unknown>): Promise<Record<string, unknown>> {
  try {
    await attempt
    return { refused: false }
  } catch (error) {
    const { name, statusCode, errorCode, body, message } = error as Record<string, unknown>
    return { refused: true, name, statusCode, errorCode, body, message }
  }
}

/** Logs in with the password-realm grant, which is what applications do. */
export async function passwordLogin(
  domain: string,
  client: { client_id?: string | undefined; client_secret?: string | undefined },
  realm: string,
  username: string,
  password: string,
): Promise<number> {
  const response = await fetch(`https://${domain}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
      client_id: client.client_id,
      client_secret: client.client_secret,
      realm,
      username,
      password,
    }),
  })
  await response.arrayBuffer()
  return response.status
}
