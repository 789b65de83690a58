// The module `virtual:contract`: the data of the contract that the dashboard needs at run time. `tools/dashboard/contract-module.ts`
// generates it.
import type { Role } from '../../src/contract/roles.ts'
import type { RouteName } from '../../src/contract/routes.ts'

/** What a request of an operation needs. */
type RouteData = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the address of the tenant; `:name` stands for a path parameter. */
  url: string
  scopes: readonly string[]
  tag: string
  /** The names of the path parameters. */
  params: readonly string[]
  /** How the list is read page by page; absent where it is no list. */
  paging?: 'offset' | 'checkpoint'
  /** Whether the answer is a file, or can be. */
  is_file: boolean
}

/** The operations. */
export declare const routes: Readonly<Record<RouteName, RouteData>>

/** The scopes that each role permits. */
export declare const scopesOfRole: Readonly<Record<Role, readonly string[]>>
