import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'
import { textOf } from '../ui/search-params'

const searchByText = (search: Record<string, unknown>): { q?: string } => ({ q: textOf(search['q']) })

const apisRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'apis',
  validateSearch: searchByText,
  component: lazyPart(() => import('./apis-page'), 'ApisPage'),
})

const apiRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'apis/$api_id',
  component: lazyPart(() => import('./api-layout'), 'ApiLayout'),
})

const settingsRoute = createRoute({
  getParentRoute: () => apiRoute,
  path: '/',
  component: lazyPart(() => import('./settings-page'), 'SettingsPage'),
})

const permissionsRoute = createRoute({
  getParentRoute: () => apiRoute,
  path: 'permissions',
  validateSearch: searchByText,
  component: lazyPart(() => import('./permissions-page'), 'PermissionsPage'),
})

const applicationsRoute = createRoute({
  getParentRoute: () => apiRoute,
  path: 'applications',
  component: lazyPart(() => import('./applications-page'), 'ApplicationsPage'),
})

/** The pages of APIs. */
export const apiRoutes = [
  apisRoute,
  apiRoute.addChildren([settingsRoute, permissionsRoute, applicationsRoute]),
] as const
