import { useEffect } from 'react'
import type { ProblemError } from '../client/problem-error'
import { useReadPages } from '../client/use-client'

/** The ids of the clients that may use a connection, undefined until all pages of them are read. */
export function useEnabledClients(connection_id: string): {
  client_ids: ReadonlySet<string> | undefined
  error: ProblemError | null
  retry: () => void
} {
  const pages = useReadPages('listConnectionClients', { id: connection_id })
  const { items, has_more, is_loading_more, is_pending, error, retry, loadMore } = pages
  useEffect(() => {
    if (has_more && !is_loading_more && !error) loadMore()
  }, [has_more, is_loading_more, error, loadMore])
  const is_complete = !is_pending && !has_more
  return { client_ids: is_complete ? new Set(items.map(({ client_id }) => client_id)) : undefined, error, retry }
}
