import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'

const getStartedRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'get-started',
  component: lazyPart(() => import('./get-started-page'), 'GetStartedPage'),
})

/** The page of the first steps. */
export const getStartedRoutes = [getStartedRoute] as const
