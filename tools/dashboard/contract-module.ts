// The module `virtual:contract` of the dashboard: the data of the contract that it needs at run time. Everything else of the contract are types.
import type { Plugin } from 'vite'
import { scopesOfRole } from '../../src/contract/roles.ts'
import type { Route } from '../../src/contract/route.ts'
import { routes } from '../../src/contract/routes.ts'

const name = 'virtual:contract'
const id = `\0${name}`

function pagingOf({ query }: Route): 'offset' | 'checkpoint' | undefined {
  const members = query?.properties ?? {}
  // Pages by number are counted, and stop at 1,000 items; checkpoints reach everything.
  if ('from' in members && 'take' in members) return 'page' in members ? 'offset' : 'checkpoint'
  return 'page' in members ? 'offset' : undefined
}

function dataOf(operation: string, route: Route): Record<string, unknown> {
  const params = Object.keys(route.params?.properties ?? {})
  const clash = params.find((param) => param === 'body' || param === 'form' || param in (route.query?.properties ?? {}))
  if (clash !== undefined)
    throw new Error(`${operation}: the dashboard passes parameters and query together, and both have ${clash}`)
  return {
    method: route.method,
    url: route.url,
    scopes: route.scopes,
    tag: route.tag,
    params,
    paging: pagingOf(route),
    is_file: route.file !== undefined || route.or_file !== undefined,
  }
}

/** The text of the module. */
export function contractModule(): string {
  const data = Object.fromEntries(
    Object.entries(routes).map(([operation, route]) => [operation, dataOf(operation, route)]),
  )
  const roles = Object.fromEntries(Object.entries(scopesOfRole).map(([role, scopes]) => [role, [...scopes]]))
  return `export const routes = ${JSON.stringify(data)}\nexport const scopesOfRole = ${JSON.stringify(roles)}\n`
}

/** Vite's plugin for the module. */
export const contractPlugin: Plugin = {
  name: 'wherry-contract',
  resolveId: (specifier) => (specifier === name ? id : undefined),
  load: (specifier) => (specifier === id ? contractModule() : undefined),
}
