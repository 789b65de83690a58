// What the sources of the dashboard say about its pages, read without a browser.
import { resolve } from 'node:path'
import { runnerImport } from 'vite'
import type { RouteName } from '../../src/contract/routes.ts'
import { contractPlugin } from '../../tools/dashboard/contract-module.ts'

const root = resolve(import.meta.dirname, '../../dashboard')

/** An entry of the navigation: its path below the address of the tenant, and the operation that a role needs for its pages. */
export type NavEntry = { path: string; needs: RouteName }

type Navigation = { navEntries: readonly NavEntry[] }
type Router = { router: { routesByPath: Record<string, unknown> } }

/** Loads a file of the dashboard's sources, such as `navigation.ts`. */
export const loadDashboardFile = async <T>(file: string): Promise<T> => {
  const { module } = await runnerImport<T>(`${root}/src/${file}`, {
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [contractPlugin],
  })
  return module
}

/**
 * Reads the entries of the navigation, and the addresses of all pages of a tenant as the router has them:
 * `/t/$tenant_id/users/$user_id`.
 */
export async function readDashboardSource() {
  // The language of the texts is chosen when they are loaded.
  Object.assign(globalThis, { localStorage: { getItem: () => null } })
  const { navEntries } = await loadDashboardFile<Navigation>('navigation.ts')
  const { router } = await loadDashboardFile<Router>('router.tsx')
  return {
    entries: navEntries,
    page_forms: Object.keys(router.routesByPath).filter((path) => path.startsWith('/t/$tenant_id/')),
  }
}
