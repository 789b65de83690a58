import type { ProblemError } from '../client/problem-error'
import { useAllItems } from '../client/use-all-items'
import { useReadPages } from '../client/use-client'

/** The ids of the clients that may use a connection, undefined until all pages of them are read. */
export function useEnabledClients(connection_id: string): {
  client_ids: ReadonlySet<string> | undefined
  error: ProblemError | null
  retry: () => void
} {
  const { items, ...rest } = useAllItems(useReadPages('listConnectionClients', { id: connection_id }))
  return { client_ids: items && new Set(items.map(({ client_id }) => client_id)), ...rest }
}
