import { routes, scopesOfRole } from 'virtual:contract'
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type QueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query'
import type { Role } from '../../../src/contract/roles.ts'
import { useTenant } from '../session/use-session'
import type { Answer, CallName, Input, Item, ListName, ReadName, RouteName } from './contract-types'
import type { ProblemError } from './problem-error'
import { send } from './send'

/** The arguments of a read; the input may be left out where nothing in it is required. */
type ReadArguments<N extends RouteName, O> =
  Record<never, never> extends Input<N> ? [input?: Input<N>, options?: O] : [input: Input<N>, options?: O]

/** `enabled: false` sends nothing; `every_ms` repeats the request; `keep_previous` shows the answer of the previous input meanwhile. */
export type ReadOptions = { enabled?: boolean; every_ms?: number; keep_previous?: boolean }

/** Reads an operation. The key of the answer is the tenant, the name and the input: two components that read the same share one request. */
export function useRead<N extends ReadName>(
  name: N,
  ...[input, options = {}]: ReadArguments<N, ReadOptions>
): UseQueryResult<Answer<N>, ProblemError> {
  const { tenant_id } = useTenant()
  return useQuery<Answer<N>, ProblemError>({
    queryKey: [tenant_id, name, input ?? {}],
    queryFn: ({ signal }) => send(tenant_id, name, (input ?? {}) as Input<N>, signal),
    enabled: options.enabled ?? true,
    refetchInterval: options.every_ms ?? false,
    ...(options.keep_previous === true ? { placeholderData: keepPreviousData } : {}),
  })
}

/** A list as far as it has been read. */
export type Pages<T> = {
  items: T[]
  /** Of all pages, where the server counts them; it may stop at a number, see `ListProps`. */
  total: number | undefined
  /** Nothing has arrived yet. */
  is_pending: boolean
  /** The items are those of the previous input. */
  is_previous?: boolean
  error: ProblemError | null
  has_more: boolean
  is_loading_more: boolean
  loadMore: () => void
  retry: () => void
}

type Page = { items: unknown[]; total: number | undefined; next: unknown }

const page_size = 50
const first_page: unknown = undefined
// The server refuses pages beyond these items.
const reachable = 1000

type Kind = 'offset' | 'checkpoint' | 'counted_checkpoint'

/** The members of a request that choose the page at a place: a page number, or a checkpoint. */
function membersOf(paging: Kind, at: unknown): Record<string, unknown> {
  if (paging === 'offset') return { page: at ?? 0, per_page: page_size, include_totals: true }
  if (at !== undefined) return { take: page_size, from: at }
  return paging === 'checkpoint' ? { take: page_size } : { take: page_size, include_totals: true }
}

function pageOf(answer: unknown, page: number, paging: Kind): Page {
  const members = (Array.isArray(answer) ? { items: answer as unknown[] } : answer) as Record<string, unknown>
  const items = (Object.values(members).find(Array.isArray) ?? []) as unknown[]
  const total = typeof members['total'] === 'number' ? members['total'] : undefined
  const read = (page + 1) * page_size
  const has_next = items.length === page_size && read < Math.min(total ?? Infinity, reachable)
  return { items, total, next: paging !== 'offset' ? members['next'] : has_next ? page + 1 : undefined }
}

/** The members of a list's input that choose a page: `useReadPages` sets them. */
type Paging = 'page' | 'per_page' | 'include_totals' | 'from' | 'take'

/** Reads a list page by page; each further page is one request. */
export function useReadPages<N extends ListName>(
  name: N,
  input: Omit<Input<N>, Paging>,
  options: Pick<ReadOptions, 'enabled' | 'every_ms'> = {},
): Pages<Item<N>> {
  const { tenant_id } = useTenant()
  const paging = routes[name].paging ?? 'offset'
  const query = useInfiniteQuery({
    queryKey: [tenant_id, name, input, 'pages'],
    initialPageParam: first_page,
    queryFn: async ({ pageParam, signal }) => {
      const page = paging === 'offset' ? Number(pageParam ?? 0) : 0
      const asked = { ...input, ...membersOf(paging, pageParam) } as unknown as Input<N>
      return pageOf(await send(tenant_id, name, asked, signal), page, paging)
    },
    getNextPageParam: ({ next }) => next,
    enabled: options.enabled ?? true,
    refetchInterval: options.every_ms ?? false,
    placeholderData: keepPreviousData,
  })
  const pages = query.data?.pages ?? []
  const items = pages.flatMap((page) => page.items) as Item<N>[]
  const is_all = paging === 'counted_checkpoint' && pages.length > 0 && !query.hasNextPage
  return {
    items,
    total: is_all ? items.length : pages[0]?.total,
    is_pending: query.isPending,
    is_previous: query.isPlaceholderData,
    error: query.error as ProblemError | null,
    has_more: query.hasNextPage,
    is_loading_more: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  }
}

/** Reads everything with one of the tags again that is on the screen, and forgets the rest of it. */
async function invalidateTags(client: QueryClient, tenant_id: string, tags: readonly string[]): Promise<void> {
  await client.invalidateQueries({
    predicate: ({ queryKey: [of, name] }) =>
      of === tenant_id && typeof name === 'string' && name in routes && tags.includes(routes[name as RouteName].tag),
  })
}

/** What follows a call: each is called once, also where the component that made the call is gone. */
type CallEnd<A> = { onSuccess?: (answer: A) => void; onError?: (error: ProblemError) => void }

/** A call: its state, and what makes it. */
type Call<A, I> = Omit<UseMutationResult<A, ProblemError, I>, 'mutate'> & {
  mutate: (input: I, end?: CallEnd<A>) => void
}

/**
 * `also`: further tags, of which everything is read again: a change of a user also changes what `migrations` answers. `leave`: leaves the
 * page of what the operation deleted, before anything is read again, since what is not shown is not.
 */
export type CallOptions = { also?: readonly string[] | undefined; leave?: (() => Promise<void>) | undefined }

/** Calls an operation that changes something. After it, everything with the tag of its route is read again. */
export function useCall<N extends CallName>(
  name: N,
  { also = [], leave }: CallOptions = {},
): Call<Answer<N>, Input<N>> {
  const client = useQueryClient()
  const { tenant_id } = useTenant()
  const mutation = useMutation<Answer<N>, ProblemError, Input<N>>({
    mutationFn: (input) => send(tenant_id, name, input),
    onSuccess: async () => {
      await leave?.()
      await invalidateTags(client, tenant_id, [routes[name].tag, ...also])
    },
  })
  return {
    ...mutation,
    // Not by the options of the library's mutate: it drops them when the component goes, which the reading again may cause.
    mutate: (input, { onSuccess, onError } = {}) =>
      void mutation.mutateAsync(input).then(
        (answer) => onSuccess?.(answer),
        (error: unknown) => onError?.(error as ProblemError),
      ),
  }
}

/** Whether the role of the signed-in admin in this tenant permits an operation. */
export function useCan(name: RouteName): boolean {
  const { role } = useTenant()
  return permits(role, name)
}

const permits = (role: Role, name: RouteName): boolean =>
  routes[name].scopes.some((scope) => scopesOfRole[role].includes(scope))

const from_least: readonly Role[] = ['support', 'viewer', 'editor', 'owner']

/** The role with the least rights that permits an operation; undefined where no role does. */
export const roleNeeded = (name: RouteName): Role | undefined => from_least.find((role) => permits(role, name))

/** Whether a role permits an operation. */
export { permits }
