import { useEffect } from 'react'
import type { ProblemError } from './problem-error'
import type { Pages } from './use-client'

/** Reads a list to its end, page after page: the items are undefined until then. */
export function useAllItems<T>(pages: Pages<T>): {
  items: T[] | undefined
  error: ProblemError | null
  retry: () => void
} {
  const { items, has_more, is_loading_more, is_pending, is_previous = false, error, retry, loadMore } = pages
  useEffect(() => {
    if (has_more && !is_loading_more && !error) loadMore()
  }, [has_more, is_loading_more, error, loadMore])
  const is_complete = !is_pending && !is_previous && !has_more
  return { items: is_complete ? items : undefined, error, retry }
}
