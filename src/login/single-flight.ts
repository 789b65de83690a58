import { createHmac, generateKeySync } from 'node:crypto'

/** Too many callers with other secrets wait under one key. */
export class SingleFlightFull extends Error {
  constructor() {
    super('Too many calls of one key are waiting')
    this.name = 'SingleFlightFull'
  }
}

/**
 * Runs the calls of one key one after the other. Callers with the same key and the same secret share one call (single flight). For login
 * attempts the key is the identifier, and the secret is the password.
 */
export type SingleFlight = {
  /**
   * Runs `work`, or shares the result of the running call with the same secret.
   *
   * @param source the caller's address or another source of calls: sources take turns, so that many calls of one do not delay the others
   * @returns the result, and whether it is shared with the caller that ran the call
   * @throws {SingleFlightFull} when too many callers wait under the key; the first caller of a source is always accepted
   */
  run<T>(key: string, secret: string, work: () => Promise<T>, source?: string): Promise<{ result: T; shared: boolean }>
}

type Waiter = { secret_digest: string; start(): void; share(running: Promise<unknown>): void }
type RunningCall = { secret_digest: string; running: Promise<unknown>; queues: Map<string, Waiter[]> }

/** Removes the next waiter: sources take turns, and within a source the longest waiting caller is first. */
function takeNext(queues: Map<string, Waiter[]>): Waiter | undefined {
  const [first] = queues
  if (!first) return undefined
  const [source, [next, ...rest]] = first
  queues.delete(source)
  if (rest.length > 0) queues.set(source, rest)
  return next
}

/** Removes every waiter with this secret. */
function takeSameSecret(queues: Map<string, Waiter[]>, secret_digest: string): Waiter[] {
  const taken: Waiter[] = []
  for (const [source, waiters] of queues) {
    const same = waiters.filter((waiter) => waiter.secret_digest === secret_digest)
    const others = waiters.filter((waiter) => waiter.secret_digest !== secret_digest)
    if (same.length === 0) continue
    taken.push(...same)
    if (others.length > 0) queues.set(source, others)
    else queues.delete(source)
  }
  return taken
}

/**
 * Creates a single flight. Secrets are compared by a keyed digest; the key exists only in this process.
 *
 * @param waiting_max how many callers may wait under one key
 */
export function createSingleFlight(waiting_max: number): SingleFlight {
  const digest_key = generateKeySync('hmac', { length: 256 })
  const calls = new Map<string, RunningCall>()

  async function start<T>(
    key: string,
    secret_digest: string,
    work: () => Promise<T>,
    queues: Map<string, Waiter[]>,
  ): Promise<{ result: T; shared: boolean }> {
    const running = work()
    calls.set(key, { secret_digest, running, queues })
    for (const waiter of takeSameSecret(queues, secret_digest)) waiter.share(running)
    try {
      return { result: await running, shared: false }
    } finally {
      calls.delete(key)
      takeNext(queues)?.start()
    }
  }

  return {
    async run<T>(key: string, secret: string, work: () => Promise<T>, source = '') {
      const secret_digest = createHmac('sha256', digest_key).update(secret).digest('base64')
      const call = calls.get(key)
      if (!call) return await start(key, secret_digest, work, new Map())
      if (call.secret_digest === secret_digest) return { result: (await call.running) as T, shared: true }
      const { queues } = call
      const own_queue = queues.get(source)
      const waiting = [...queues.values()].reduce((sum, waiters) => sum + waiters.length, 0)
      if (own_queue && waiting >= waiting_max) throw new SingleFlightFull()
      return await new Promise<{ result: T; shared: boolean }>((resolve, reject) => {
        const waiter: Waiter = {
          secret_digest,
          start: () => void start(key, secret_digest, work, queues).then(resolve, reject),
          share: (running) => void running.then((result) => resolve({ result: result as T, shared: true }), reject),
        }
        queues.set(source, [...(own_queue ?? []), waiter])
      })
    },
  }
}
