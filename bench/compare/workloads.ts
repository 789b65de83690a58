// What is compared between two versions, under the names of the scenarios.
import { type LoadWorker, sendRequests } from '../measure/run-load.ts'
import { clientCredentialsWorkers, loginWorkers, refreshWorkers, warmUpLogins } from '../scenarios/load-workers.ts'
import type { ServerUnderTest } from '../servers/server-under-test.ts'

/** Requests of one kind: `prepare` warms the server up for them; `slice_requests` are sent in each slice of a round. */
export type Workload = {
  label: string
  slice_requests: number
  prepare(server: ServerUnderTest): Promise<LoadWorker[]>
}

async function warmUp(workers: LoadWorker[], times: number): Promise<LoadWorker[]> {
  await sendRequests(workers, times)
  return workers
}

/** The workloads of each scenario that can be compared. */
export const workloads: Record<string, Workload[]> = {
  login: [{ label: 'password login', slice_requests: 20, prepare: async (server) => await warmUpLogins(server, 4) }],
  'first-login': [
    {
      label: 'first login, script without network',
      slice_requests: 6,
      prepare: async (server) =>
        await warmUp(
          loginWorkers(server, 4, (index) => ({ email: `first-${index}@bench.example`, password: `secret ${index}` })),
          300,
        ),
    },
  ],
  tokens: [
    {
      label: 'client credentials',
      slice_requests: 80,
      prepare: async (server) => await warmUp(clientCredentialsWorkers(server, 16), 3000),
    },
    {
      label: 'refresh',
      slice_requests: 50,
      prepare: async (server) => await warmUp(await refreshWorkers(server, 16), 3000),
    },
  ],
}
