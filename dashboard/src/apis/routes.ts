import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../shell/tenant-route'
import { textOf } from '../ui/search-params'

const searchByText = (search: Record<string, unknown>): { q?: string } => ({ q: textOf(search['q']) })

const apisRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'apis',
  validateSearch: searchByText,
  component: lazyRouteComponent(() => import('./apis-page'), 'ApisPage'),
})

const apiRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'apis/$api_id',
  component: lazyRouteComponent(() => import('./api-layout'), 'ApiLayout'),
})

const settingsRoute = createRoute({
  getParentRoute: () => apiRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./settings-page'), 'SettingsPage'),
})

const permissionsRoute = createRoute({
  getParentRoute: () => apiRoute,
  path: 'permissions',
  validateSearch: searchByText,
  component: lazyRouteComponent(() => import('./permissions-page'), 'PermissionsPage'),
})

const applicationsRoute = createRoute({
  getParentRoute: () => apiRoute,
  path: 'applications',
  component: lazyRouteComponent(() => import('./applications-page'), 'ApplicationsPage'),
})

/** The pages of APIs. */
export const apiRoutes = [
  apisRoute,
  apiRoute.addChildren([settingsRoute, permissionsRoute, applicationsRoute]),
] as const
