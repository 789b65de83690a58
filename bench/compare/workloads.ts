// What is compared between two versions, under the names of the scenarios.
import { type LoadWorker, sendRequests } from '../measure/run-load.ts'
import { clientCredentialsWorkers, loginWorkers, refreshWorkers, warmUpLogins } from '../scenarios/load-workers.ts'
import type { ServerUnderTest } from '../servers/server-under-test.ts'

/** Requests of one kind. `prepare` warms the server up for them; `requests` is their number in each round. */
export type Workload = {
  label: string
  requests: number
  prepare(server: ServerUnderTest): Promise<LoadWorker[]>
}

async function warmUp(workers: LoadWorker[], times: number): Promise<LoadWorker[]> {
  await sendRequests(workers, times)
  return workers
}

/** The workloads of each scenario that can be compared. */
export const workloads: Record<string, Workload[]> = {
  login: [{ label: 'password login', requests: 60, prepare: async (server) => await warmUpLogins(server, 4) }],
  'first-login': [
    {
      label: 'first login, script without network',
      requests: 40,
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
      requests: 300,
      prepare: async (server) => await warmUp(clientCredentialsWorkers(server, 16), 1500),
    },
    {
      label: 'refresh',
      requests: 200,
      prepare: async (server) => await warmUp(await refreshWorkers(server, 16), 1500),
    },
  ],
}
