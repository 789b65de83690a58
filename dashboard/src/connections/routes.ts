import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../shell/tenant-route'

const connectionsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'connections',
  component: lazyRouteComponent(() => import('./connections-page'), 'ConnectionsPage'),
})

/** The pages of connections. */
export const connectionRoutes = [connectionsRoute] as const
