import { QueryClient } from '@tanstack/react-query'
import { ProblemError } from './problem-error'

// An answer is shown at once when a page is opened again within this time; older ones are shown and read again.
const fresh_ms = 5000

const isWorthRetrying = (failures: number, error: unknown): boolean =>
  failures < 1 && error instanceof ProblemError && (error.code === 'unreachable' || error.status === 503)

/** The cache of everything that was read. A refusal is shown at once; only an outage is tried once more. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: fresh_ms,
        retry: isWorthRetrying,
        retryDelay: 500,
        // The browser's idea of being online is wrong on machines without an outside network.
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}
