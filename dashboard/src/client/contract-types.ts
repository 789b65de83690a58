// Types only: the inputs and the answers of the operations, from the contract.
import type { Static, TSchema } from 'typebox'
import type { Route } from '../../../src/contract/route.ts'
import type { RouteName, Routes } from '../../../src/contract/routes.ts'

type Members<R, K extends string> = R extends Record<K, infer S extends TSchema> ? Static<S> : unknown
type Body<R> = R extends { body: infer S extends TSchema } ? { body: Static<S> } : unknown
type Form<R> = R extends { form: TSchema } ? { form: FormData } : unknown

/**
 * What an operation is called with: its path parameters and the members of its query side by side, `body` for its JSON, `form` for its
 * files.
 */
export type Input<N extends RouteName> = Members<Routes[N], 'params'> &
  Members<Routes[N], 'query'> &
  (Routes[N] extends { form: TSchema; body: TSchema }
    ? Body<Routes[N]> | Form<Routes[N]>
    : Body<Routes[N]> & Form<Routes[N]>)

/** What an operation answers. */
export type Answer<N extends RouteName> = Static<Routes[N]['response']>

type NamesWhere<C> = { [N in RouteName]: Routes[N] extends C ? N : never }[RouteName]

/** The operations that read, a preview of a body among them. */
export type ReadName = NamesWhere<{ method: 'GET' } | { changes_nothing: true }>

/** The operations that change something, or that run something. */
export type CallName = Exclude<RouteName, ReadName>

type ItemsOf<A> = A extends readonly (infer T)[]
  ? T
  : { [K in keyof A]-?: NonNullable<A[K]> extends readonly (infer T)[] ? T : never }[keyof A]

/** The operations that answer a list page by page. */
export type ListName = {
  [N in ReadName]: Routes[N] extends { query: infer Q extends TSchema }
    ? Static<Q> extends { page?: number } | { from?: string; take?: number }
      ? N
      : never
    : never
}[ReadName]

/** An item of a list. */
export type Item<N extends RouteName> = Answer<N> extends infer A ? (A extends unknown ? ItemsOf<A> : never) : never

export type { Route, RouteName }
