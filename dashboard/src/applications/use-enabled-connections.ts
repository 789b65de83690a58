import type { ProblemError } from '../client/problem-error'
import { useAllItems } from '../client/use-all-items'
import { useReadPages } from '../client/use-client'

/** The ids of the connections that an application may use, undefined until all pages of them are read. */
export function useEnabledConnections(client_id: string): {
  ids: ReadonlySet<string> | undefined
  error: ProblemError | null
  retry: () => void
} {
  const { items, ...rest } = useAllItems(useReadPages('listClientConnections', { id: client_id, fields: 'id' }))
  return { ids: items && new Set(items.map(({ id }) => id)), ...rest }
}
