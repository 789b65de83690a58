import type { Caller } from '../logs/record-event.ts'
import type { Route } from '../contract/route.ts'
import type { RouteName, Routes } from '../contract/routes.ts'
import type { Static, TObject, TSchema } from 'typebox'
import type { Tenant } from '../tenants/tenant.ts'
import type { BearerToken } from './authorize-route.ts'
import type { ReadForm } from './read-form.ts'

type NoInput = Record<never, never>
type InputOf<R, Member extends string> = R extends { [Name in Member]: infer S extends TSchema } ? Static<S> : NoInput

/** A valid request to a route, with its input in the types of the contract. */
export type Call<R extends Route> = {
  tenant: Tenant
  /** The tenant's issuer, with the trailing slash. */
  issuer: string
  token: BearerToken
  caller: Caller
  params: InputOf<R, 'params'>
  query: InputOf<R, 'query'>
  /** Null where the request has a form in its place. */
  body: InputOf<R, 'body'> | (R extends { form: TObject; body: TSchema } ? null : never)
  /** Reads the form of a route that has one. */
  readForm: ReadForm
  /** Sets a header of the response. */
  header(name: string, value: string): void
}

/** Performs one operation and returns the response body, in the type of the contract. */
export type Handler<R extends Route> = (call: Call<R>) => Promise<Static<R['response']>>

/** The handler of each operation of the Management API, by name. */
export type Handlers = { [Name in RouteName]: Handler<Routes[Name]> }
