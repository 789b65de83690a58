import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../shell/tenant-route'

const getStartedRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'get-started',
  component: lazyRouteComponent(() => import('./get-started-page'), 'GetStartedPage'),
})

/** The page of the first steps. */
export const getStartedRoutes = [getStartedRoute] as const
