// The server CPU of a sign-in with a browser by code and PKCE, without the hash of the password, beside oidc-provider in memory.
import { hash, randomBytes } from 'node:crypto'
import { Agent } from 'node:http'
import { logInByBrowser } from '../measure/browse.ts'
import { ratioInterval, pair_count } from '../measure/ratio-interval.ts'
import { requireSuccess, sendRequest } from '../measure/run-load.ts'
import { fixed, median, ms } from '../measure/statistics.ts'
import type { Table } from '../measure/table.ts'
import { cheapUser, user_count } from '../servers/bench-users.ts'
import { startOidcProviderWithPages } from '../servers/oidc-provider.ts'
import { bench_redirect_uri, type BrowserServerUnderTest, signaturesIn } from '../servers/server-under-test.ts'
import { startWherry } from '../servers/wherry.ts'

const max_ratio = 0.8
const concurrency = 4
const warm_up = 1000
const sign_ins = 40

/** Signs a user in from the authorization request to the tokens. Returns the body of the token response. */
async function signIn(agent: Agent, server: BrowserServerUnderTest, nth: number): Promise<string> {
  const { email: username, password } = cheapUser(nth % user_count)
  const verifier = randomBytes(32).toString('base64url')
  const start = server.authorizeUrl(hash('sha256', verifier, 'base64url'))
  const arrived = await logInByBrowser(agent, {
    start,
    redirect_uri: bench_redirect_uri,
    typed: { username, password },
  })
  const response = await sendRequest(agent, server.exchange(arrived.searchParams.get('code') ?? '', verifier))
  requireSuccess(response)
  return response.text
}

/** Server CPU in milliseconds per sign-in. */
async function cpuPerSignIn(server: BrowserServerUnderTest, times: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  let next = 0
  await server.process.usage()
  const worker = async (): Promise<void> => {
    while (next < times) await signIn(agent, server, next++)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  const { cpu_ms } = await server.process.usage()
  agent.destroy()
  return cpu_ms / times
}

/** Measures both servers in turns: authorization request, page, form, code, tokens. Each issues one RS256 signature. */
export async function codeFlow(): Promise<Table> {
  const wherry = await startWherry('Wherry on SQLite')
  const provider = await startOidcProviderWithPages()
  try {
    const agent = new Agent()
    const signatures = [signaturesIn(await signIn(agent, wherry, 0)), signaturesIn(await signIn(agent, provider, 0))]
    agent.destroy()
    if (signatures.some((count) => count !== 1)) throw new Error(`the signatures differ: ${signatures.join(' and ')}`)
    for (const server of [wherry, provider]) await cpuPerSignIn(server, warm_up)
    const costs: { ours: number; theirs: number }[] = []
    for (let round = 0; round < pair_count; round += 1) {
      costs.push({ ours: await cpuPerSignIn(wherry, sign_ins), theirs: await cpuPerSignIn(provider, sign_ins) })
    }
    const { ratio, low, high } = ratioInterval(costs.map(({ ours, theirs }) => ours / theirs))
    return {
      title: 'Sign-in with a browser by code and PKCE, without the hash (scope openid, one RS256 signature)',
      figures: [
        { label: `${wherry.name}: server CPU per sign-in`, value: ms(median(costs.map(({ ours }) => ours))) },
        { label: `${provider.name}: server CPU per sign-in`, value: ms(median(costs.map(({ theirs }) => theirs))) },
        {
          label: `${wherry.name} ÷ ${provider.name} (95 %: ${fixed(low, 2)} to ${fixed(high, 2)})`,
          value: fixed(ratio, 3),
          target: { text: `≤ ${fixed(max_ratio, 2)}`, met: ratio <= max_ratio },
        },
      ],
    }
  } finally {
    await provider.stop()
    await wherry.stop()
  }
}
