// Load workers for each kind of token request.
import { Agent } from 'node:http'
import { type LoadWorker, requireSuccess, sendRequest, sendRequests, type LoadResponse } from '../measure/run-load.ts'
import { type BenchUser, benchUser, cheapUser, user_count } from '../servers/bench-users.ts'
import type { ServerUnderTest } from '../servers/server-under-test.ts'

/** Workers that log users in, one user after another. */
export function loginWorkers(
  server: ServerUnderTest,
  concurrency: number,
  userOf: (index: number) => BenchUser = (index) => benchUser(index % user_count),
): LoadWorker[] {
  let next = 0
  return Array.from({ length: concurrency }, () => ({ nextRequest: () => server.login(userOf(next++), 'openid') }))
}

/** Login workers of users whose hashes are cheap to verify: the same code runs at a fraction of the CPU. */
export function cheapLoginWorkers(server: ServerUnderTest, concurrency: number): LoadWorker[] {
  return loginWorkers(server, concurrency, (index) => cheapUser(index % user_count))
}

/** The same workers with another client address for each request, for a server that trusts its proxy. */
export function fromManyAddresses(workers: LoadWorker[]): LoadWorker[] {
  let nth = 0
  const address = (): string => `10.${(nth >> 16) & 255}.${(nth >> 8) & 255}.${nth++ & 255}`
  return workers.map((worker) => ({
    ...worker,
    nextRequest: () => ({ ...worker.nextRequest(), forwarded_for: address() }),
  }))
}

/** Moves every user and runs the login code until the JIT has compiled it. Answers login workers of moved users. */
export async function warmUpLogins(server: ServerUnderTest, concurrency: number): Promise<LoadWorker[]> {
  await sendRequests(cheapLoginWorkers(server, concurrency), 2000)
  const workers = loginWorkers(server, concurrency)
  await sendRequests(workers, 2 * user_count)
  return workers
}

/** Workers that request tokens by client credentials. */
export function clientCredentialsWorkers(server: ServerUnderTest, concurrency: number): LoadWorker[] {
  return Array.from({ length: concurrency }, () => ({ nextRequest: () => server.clientCredentials() }))
}

function refreshTokenIn({ text }: LoadResponse): string | undefined {
  return (JSON.parse(text) as { refresh_token?: string }).refresh_token
}

/** Workers that each refresh the token of a login of their own, with the rotated refresh token of the response before. */
export async function refreshWorkers(server: ServerUnderTest, concurrency: number): Promise<LoadWorker[]> {
  const agent = new Agent({ keepAlive: true })
  const workers: LoadWorker[] = []
  for (let index = 0; index < concurrency; index += 1) {
    const login = await sendRequest(agent, server.login(benchUser(index), 'openid offline_access', true))
    requireSuccess(login)
    let token = refreshTokenIn(login)
    if (token === undefined) throw new Error(`${server.name} issued no refresh token: ${login.text}`)
    const nextRequest = () => server.refresh(token ?? '')
    workers.push({ nextRequest, onResponse: (response) => (token = refreshTokenIn(response) ?? token) })
  }
  agent.destroy()
  return workers
}

/** Server CPU in milliseconds per request, over `times` requests. */
export async function cpuPerRequest(server: ServerUnderTest, workers: LoadWorker[], times: number): Promise<number> {
  await server.process.usage()
  const { count } = await sendRequests(workers, times)
  return (await server.process.usage()).cpu_ms / count
}
