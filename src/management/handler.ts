import type { Caller } from '../logs/record-event.ts'
import type { Route } from '../contract/route.ts'
import type { RouteName, Routes } from '../contract/routes.ts'
import type { Static, TSchema } from 'typebox'
import type { Tenant } from '../tenants/tenant.ts'
import type { BearerToken } from './bearer-token.ts'

type Nothing = Record<never, never>
type Value<R, Member extends string> = R extends { [Name in Member]: infer S extends TSchema } ? Static<S> : Nothing

/** A valid request to a route: its caller, and its input in the types of the contract. */
export type Call<R extends Route> = {
  tenant: Tenant
  /** The tenant's issuer, with the trailing slash. */
  issuer: string
  token: BearerToken
  caller: Caller
  params: Value<R, 'params'>
  query: Value<R, 'query'>
  body: Value<R, 'body'>
  /** Sets a header of the answer. */
  header(name: string, value: string): void
}

/** Performs one operation and answers the response body, in the type of the contract. */
export type Handler<R extends Route> = (call: Call<R>) => Promise<Static<R['response']>>

/** One handler per operation of the contract map. */
export type Handlers = { [Name in RouteName]: Handler<Routes[Name]> }
